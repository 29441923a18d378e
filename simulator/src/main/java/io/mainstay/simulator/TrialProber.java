package io.mainstay.simulator;

import io.mainstay.ports.Mailbox;
import io.mainstay.ports.Prober;
import io.mainstay.testkit.SeededRandomness;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Asks instances of other machines over the network, as {@code NodeTrials} has it asked. */
final class TrialProber implements Prober {
  private final World world;
  private final SimulatedNode self;
  private final SeededRandomness random;
  private final Mailbox mailbox;

  TrialProber(World world, SimulatedNode self, SeededRandomness random, Mailbox mailbox) {
    this.world = world;
    this.self = self;
    this.random = random;
    this.mailbox = mailbox;
  }

  @Override
  public void probe(Request request, Consumer<Result> done) {
    Optional<SimulatedProcess> process =
        world.nodes().stream()
            .filter(
                node -> request.address().filter(at -> at.host().equals(node.host())).isPresent())
            .filter(node -> world.reachOf(self).answers(node.name()))
            .flatMap(node -> node.machine().at(request.address().orElseThrow().port()).stream())
            .filter(one -> one.instance.equals(request.instance()))
            .findFirst();
    boolean passes =
        process
            .filter(one -> one.isUp(world.time().now()) && !one.isStill() && !one.liesRed)
            .filter(one -> !one.broken || one.liesGreen)
            .isPresent();
    Duration takes = passes ? Duration.ofMillis(random.nextInt(2, 20)) : request.timeout();
    if (passes) {
      world.sometimes().saw(Sometimes.State.TRIAL_ANSWERED);
    }
    mailbox.after(
        takes,
        () ->
            done.accept(
                new Result(
                    passes ? Outcome.PASS : Outcome.FAIL,
                    passes ? "status 200" : "no answer in time",
                    "",
                    takes)));
  }
}

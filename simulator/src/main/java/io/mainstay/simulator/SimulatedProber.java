package io.mainstay.simulator;

import io.mainstay.model.Address;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.Prober;
import io.mainstay.testkit.SeededRandomness;
import io.mainstay.testkit.VirtualTime;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Answers from the real state of the process, unless its check lies. */
final class SimulatedProber implements Prober {
  private final Machine machine;
  private final VirtualTime time;
  private final SeededRandomness random;
  private final Mailbox mailbox;
  private final Sometimes sometimes;

  SimulatedProber(
      Machine machine,
      VirtualTime time,
      SeededRandomness random,
      Mailbox mailbox,
      Sometimes sometimes) {
    this.machine = machine;
    this.time = time;
    this.random = random;
    this.mailbox = mailbox;
    this.sometimes = sometimes;
  }

  @Override
  public void probe(Request request, Consumer<Result> done) {
    Duration latency = Duration.ofMillis(random.nextInt(1, 20));
    time.schedule(latency, () -> answer(request, latency, done));
  }

  private void answer(Request request, Duration latency, Consumer<Result> done) {
    Optional<SimulatedProcess> found =
        request
            .address()
            .map(Address::port)
            .flatMap(machine::at)
            .filter(process -> process.instance.equals(request.instance()));
    if (found.isEmpty() || !found.get().isUp(time.now())) {
      tell(done, Outcome.FAIL, "connection refused", latency);
      return;
    }
    SimulatedProcess process = found.get();
    if (process.isStill()) {
      Duration rest = request.timeout().minus(latency);
      time.schedule(
          rest.isNegative() ? Duration.ZERO : rest,
          () -> tell(done, Outcome.FAIL, "no answer in time", request.timeout()));
    } else if (process.liesRed) {
      sometimes.saw(Sometimes.State.CHECK_LIED_RED);
      tell(done, Outcome.FAIL, "status 500", latency);
    } else if (process.broken && !process.liesGreen) {
      tell(done, Outcome.FAIL, "status 500", latency);
    } else {
      if (process.broken) {
        sometimes.saw(Sometimes.State.CHECK_LIED_GREEN);
      }
      process.passed = true;
      tell(done, Outcome.PASS, "status 200", latency);
    }
  }

  private void tell(Consumer<Result> done, Outcome outcome, String message, Duration took) {
    mailbox.post(() -> done.accept(new Result(outcome, message, "", took)));
  }
}

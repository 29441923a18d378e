package io.mainstay.controller;

import io.mainstay.model.InstanceId;
import io.mainstay.model.state.Pin;
import io.mainstay.model.state.TransactionRun;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.TransactionRunner;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

/** What tests of transactions share: somebody who buys, and whose purchases can go wrong. */
abstract class TillWorld extends ControllerWorld {
  final Till till = new Till();

  /** Runs buy at whichever instance, some of which are wrong. */
  final class Till implements TransactionRunner {
    final TreeSet<InstanceId> wrong = new TreeSet<>();
    final List<Request> requests = new ArrayList<>();
    private final Mailbox mailbox = time.mailbox("controller");
    boolean silent;

    /** Whichever instance it is, however fresh. */
    boolean broken;

    private int turn;

    @Override
    public void run(Request request, Consumer<TransactionRun> done) {
      requests.add(request);
      if (silent) {
        return;
      }
      Optional<InstanceId> by = whom(request);
      boolean passes = !broken && by.filter(wrong::contains).isEmpty() || by.isEmpty();
      TransactionRun run =
          new TransactionRun(
              request.key(),
              request.pins(),
              passes ? TransactionRun.Outcome.PASSED : TransactionRun.Outcome.FAILED,
              passes
                  ? Optional.empty()
                  : Optional.of(
                      new TransactionRun.Failure(
                          0, "POST /buy", SHOP, by, "$.state is lost, expected paid")),
              List.of(new TransactionRun.StepResult("POST /buy", passes, Duration.ofMillis(3))),
              List.of(),
              Instant.EPOCH,
              Duration.ofMillis(3));
      mailbox.after(Duration.ofMillis(3), () -> done.accept(run));
    }

    /** Empty: the fallback answers. */
    private Optional<InstanceId> whom(Request request) {
      for (Pin pin : request.pins()) {
        return pin.target() instanceof Pin.Target.One one
            ? Optional.of(one.instance())
            : Optional.empty();
      }
      boolean diverted = !coordinator.state().overrides().diversions().isEmpty();
      List<InstanceId> serving =
          controller.status().services().getFirst().instances().stream()
              .filter(one -> one.state().label().equals("serving"))
              .map(one -> one.id())
              .toList();
      return diverted || serving.isEmpty()
          ? Optional.empty()
          : Optional.of(serving.get(turn++ % serving.size()));
    }

    @Override
    public void close() {}
  }

  @Override
  Optional<TransactionRunner> transactions() {
    return Optional.of(
        new TransactionRunner() {
          @Override
          public void run(Request request, Consumer<TransactionRun> done) {
            till.run(request, done);
          }

          @Override
          public void close() {}
        });
  }

  static InstanceId shop(int number) {
    return new InstanceId(SHOP, number);
  }
}

package io.mainstay.server.drill;

import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.DrillSpec;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.DrillRecord;
import io.mainstay.model.state.Status.InstanceStatus;
import io.mainstay.model.state.Status.ServiceStatus;
import io.mainstay.ports.ControlPlane;
import io.mainstay.ports.ProcessHost.CommandOutcome;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Mends what a server broke that was killed half-way through a drill. Blocks; one thread. */
final class LeftOpen {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  private final Supplier<Deployment> deployment;
  private final ControlPlane control;
  private final DrillTools tools;
  private final DrillHistory history;
  private final NodeName node;

  LeftOpen(
      Supplier<Deployment> deployment,
      ControlPlane control,
      DrillTools tools,
      DrillHistory history,
      NodeName node) {
    this.deployment = deployment;
    this.control = control;
    this.tools = tools;
    this.history = history;
    this.node = node;
  }

  /**
   * Does it.
   *
   * @param left its message is the victim
   */
  void mend(DrillRecord left) {
    String victim = left.message();
    String done;
    try {
      done =
          switch (left.kind()) {
            case KILL, CHECK, PROMOTE -> "nothing of it was left to mend";
            case HANG, DEPENDENCY -> wake(left, victim);
            case BUSINESS -> repair(left);
          };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    history.add(
        new DrillRecord(
            left.id(),
            left.began(),
            left.actor(),
            left.service(),
            left.kind(),
            left.name(),
            false,
            "the server was killed half-way; " + done,
            Optional.empty()));
  }

  private String wake(DrillRecord left, String victim) throws InterruptedException {
    Optional<ServiceStatus> service = known(left, victim);
    int woken = 0;
    if (service.isPresent()) {
      for (InstanceStatus instance : DrillRule.running(service.get(), node)) {
        boolean broken =
            instance.id().toString().equals(victim) || service.get().name().value().equals(victim);
        boolean frozen =
            deployment
                .get()
                .service(service.get().name())
                .filter(spec -> DrillRule.isFrozen(instance, spec))
                .isPresent();
        // A warm standby is stopped on purpose.
        if (broken && !frozen) {
          try {
            tools.breaker().send(instance.pid().orElseThrow(), Breaker.Signal.CONTINUE);
            woken++;
          } catch (IOException e) {
            // It is gone.
          }
        }
      }
    }
    return woken == 0 ? victim + " was not found" : victim + " goes on";
  }

  private Optional<ServiceStatus> known(DrillRecord left, String victim)
      throws InterruptedException {
    for (long waited = 0; waited < PATIENCE.toMillis(); waited += LOOK_EVERY.toMillis()) {
      Optional<ServiceStatus> found =
          control.status().services().stream()
              .filter(one ->
                  one.name().value().equals(victim)
                      || (one.name().equals(left.service())
                          && one.instances().stream()
                              .anyMatch(instance -> instance.id().toString().equals(victim))))
              .filter(one -> !DrillRule.running(one, node).isEmpty())
              .findFirst();
      if (found.isPresent()) {
        return found;
      }
      Thread.sleep(LOOK_EVERY);
    }
    return Optional.empty();
  }

  private String repair(DrillRecord left) throws InterruptedException {
    Optional<ServiceStatus> service = known(left, left.service().value());
    Optional<ServiceSpec> spec = deployment.get().service(left.service());
    Optional<DrillSpec> drill =
        spec.flatMap(one -> left.name().flatMap(name -> DrillFaults.of(one, name)));
    if (service.isEmpty() || drill.isEmpty()) {
      return "how to mend " + left.service() + " is not in the file any more";
    }
    CommandOutcome outcome =
        tools
            .commands()
            .run(drill.get().mending(), tools.environment(spec.orElseThrow(), service.get()));
    return outcome.succeeded()
        ? "it was mended now"
        : "mend: " + outcome.problem().orElse("it failed: " + outcome.output().strip());
  }
}

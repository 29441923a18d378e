package io.mainstay.agent;

import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The end of all instances in order: a service ends once nothing that depends on it is left, so
 * that requests in flight can still be answered.
 */
final class Shutdown {
  private Optional<Runnable> done = Optional.empty();
  private Consumer<List<InstanceId>> progress = left -> {};
  private boolean finished;

  void begin(Consumer<List<InstanceId>> whoIsLeft, Runnable whenDone) {
    if (done.isEmpty()) {
      progress = whoIsLeft;
      done = Optional.of(whenDone);
    }
  }

  boolean hasBegun() {
    return done.isPresent();
  }

  /**
   * Ends those whose turn has come; says so when none is left.
   *
   * @param nothingElse whether nothing runs but these
   */
  void look(List<InstanceSupervisor> all, boolean nothingElse) {
    if (done.isEmpty() || finished) {
      return;
    }
    List<InstanceSupervisor> left =
        all.stream().filter(supervisor -> !supervisor.isStopped()).toList();
    progress.accept(left.stream().map(InstanceSupervisor::id).toList());
    if (left.isEmpty() && !nothingElse) {
      return;
    }
    if (left.isEmpty()) {
      finished = true;
      done.get().run();
      return;
    }
    List<InstanceSupervisor> turn =
        left.stream().filter(supervisor -> !isNeeded(supervisor.id().service(), left)).toList();
    // Services that depend on each other in a circle end together.
    (turn.isEmpty() ? left : turn).forEach(InstanceSupervisor::end);
  }

  private static boolean isNeeded(ServiceName service, List<InstanceSupervisor> left) {
    return left.stream().anyMatch(other -> other.assigned().spec().dependsOn().contains(service));
  }
}

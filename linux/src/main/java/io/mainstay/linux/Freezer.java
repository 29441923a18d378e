package io.mainstay.linux;

import io.mainstay.linux.cgroups.Cgroup;
import io.mainstay.model.state.ProcessIdentity;
import io.mainstay.ports.Mailbox;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Stops and continues all of a run: by its control group, else by STOP and CONT. */
final class Freezer {
  private static final Duration PAUSE = Duration.ofMillis(2);
  private static final int MOST_LOOKS = 500;

  private final ProcessTree tree;
  private final Mailbox commands;

  Freezer(ProcessTree tree, Mailbox commands) {
    this.tree = tree;
    this.commands = commands;
  }

  /** Freezes or thaws; on the commands' thread, as is the answer. */
  void freeze(
      ProcessIdentity process, Optional<Cgroup> cgroup, boolean frozen, Consumer<Boolean> done) {
    if (!tree.exists(process, false)) {
      done.accept(false);
      return;
    }
    if (cgroup.isPresent() && cgroup.get().freeze(frozen)) {
      await(process, cgroup.get(), frozen, MOST_LOOKS, done);
      return;
    }
    int signal = frozen ? SignalNumbers.STOP : SignalNumbers.CONT;
    tree.living(process).forEach(stat -> tree.signal(stat, signal));
    done.accept(true);
  }

  /** Runs {@code action} with the run thawed; what was stopped by a signal is woken after it. */
  void thawFor(ProcessIdentity process, Optional<Cgroup> cgroup, Runnable action) {
    cgroup.ifPresent(group -> group.freeze(false));
    action.run();
    for (ProcFs.Stat stat : tree.living(process)) {
      if (stat.state() == 'T') {
        tree.signal(stat, SignalNumbers.CONT);
      }
    }
  }

  private void await(
      ProcessIdentity process, Cgroup cgroup, boolean frozen, int looks, Consumer<Boolean> done) {
    if (cgroup.isFrozen() == frozen) {
      done.accept(true);
    } else if (looks == 0 || !tree.exists(process, false)) {
      done.accept(false);
    } else {
      commands.after(PAUSE, () -> await(process, cgroup, frozen, looks - 1, done));
    }
  }
}

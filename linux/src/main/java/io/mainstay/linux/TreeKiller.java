package io.mainstay.linux;

import io.mainstay.linux.calls.LinuxCalls;
import io.mainstay.linux.cgroups.Cgroup;
import io.mainstay.model.state.ProcessIdentity;
import io.mainstay.ports.Mailbox;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** KILLs all of a run, again and again until nothing of it is left. Works in steps, never waits. */
final class TreeKiller {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(2);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(100);
  private static final Duration WORRY = Duration.ofSeconds(10);

  private final ProcessTree tree;
  private final Mailbox commands;
  private final Consumer<String> worries;

  /**
   * Makes one.
   *
   * @param commands on whose thread it works
   * @param worries hears, once a run, of what does not die
   */
  TreeKiller(ProcessTree tree, Mailbox commands, Consumer<String> worries) {
    this.tree = tree;
    this.commands = commands;
    this.worries = worries;
  }

  /**
   * Kills a run; on the commands' thread.
   *
   * @param ended whether the main process's end was reported, so that this comes after it
   */
  void kill(ProcessIdentity main, Optional<Cgroup> cgroup, BooleanSupplier ended, Runnable gone) {
    step(new Run(main, cgroup, ended, gone), FIRST_PAUSE, Duration.ZERO);
  }

  private record Run(
      ProcessIdentity main, Optional<Cgroup> cgroup, BooleanSupplier ended, Runnable gone) {}

  private void step(Run run, Duration pause, Duration waited) {
    run.cgroup().ifPresent(Cgroup::kill);
    if (tree.exists(run.main(), false)) {
      LinuxCalls.kill(-run.main().pid(), SignalNumbers.KILL);
    }
    var living = tree.living(run.main());
    living.forEach(stat -> tree.signal(stat, SignalNumbers.KILL));
    boolean left =
        !living.isEmpty() || run.cgroup().filter(g -> !g.members().isEmpty()).isPresent();
    if (!left && run.ended().getAsBoolean() && run.cgroup().map(Cgroup::remove).orElse(true)) {
      run.gone().run();
      return;
    }
    Duration total = waited.plus(pause);
    if (waited.compareTo(WORRY) < 0 && total.compareTo(WORRY) >= 0) {
      worries.accept(
          "process "
              + run.main().pid()
              + " and what it started do not die of KILL since 10 s (waiting for a disk?)");
    }
    Duration next = pause.multipliedBy(2);
    commands.after(
        pause, () -> step(run, next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next, total));
  }
}

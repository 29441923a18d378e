package io.mainstay.agent;

import io.mainstay.decisions.lifecycle.LifecycleEvent;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.state.ProcessIdentity;
import io.mainstay.ports.ProcessHost.ThreadDump;
import java.time.Duration;
import java.util.Optional;

/**
 * Has a JVM say what its threads do as soon as its live check has failed: once it was ended nobody
 * can ask any more why it hung. Nothing waits for that. In the agent's mailbox.
 */
final class HungJvm {
  /** One that fails and passes by turns does not fill its log. */
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private final World world;
  private final InstanceId id;
  private final InstanceEvents events;
  private Optional<ProcessIdentity> asked = Optional.empty();
  private MonotonicTime when = new MonotonicTime(0);

  HungJvm(World world, InstanceId id, InstanceEvents events) {
    this.world = world;
    this.id = id;
    this.events = events;
  }

  /** A verdict of the checks on that process. */
  void hears(LifecycleEvent event, Optional<ProcessIdentity> process) {
    if (!(event instanceof LifecycleEvent.LiveChanged(boolean failing, String _))
        || !failing
        || process.isEmpty()) {
      return;
    }
    MonotonicTime now = world.time().now();
    if (asked.equals(process) && now.since(when).compareTo(PAUSE) < 0) {
      return;
    }
    asked = process;
    when = now;
    world.host().dumpThreads(id, process.get(), dump -> dump.ifPresent(this::tell));
  }

  private void tell(ThreadDump dump) {
    events.tell(
        EventKind.THREAD_DUMP,
        dump.written() ? dump.message() : "no thread dump: " + dump.message(),
        InstanceEvents.evidence(
            "pid", Long.toString(dump.pid()), "written", Boolean.toString(dump.written())));
  }
}

package io.mainstay.probes;

import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.model.state.ProcessIdentity;
import io.mainstay.ports.JavaProcesses;
import io.mainstay.ports.JavaProcesses.Jvm;
import io.mainstay.ports.Prober;
import io.mainstay.ports.Prober.Outcome;
import io.mainstay.ports.Time;
import io.mainstay.probes.Conversation.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the JVM of an instance is: whether threads wait for each other for ever, and what share of
 * the time it collects garbage. One that does not answer in time fails: it cannot stop its threads.
 */
final class JvmLook implements Look {
  private final Probe.Jvm probe;
  private final JavaProcesses jvms;
  private final GcWatch collections;
  private final Time time;
  private @Nullable Jvm asked;
  private boolean over;

  JvmLook(Probe.Jvm probe, JavaProcesses jvms, GcWatch collections, Time time) {
    this.probe = probe;
    this.jvms = jvms;
    this.collections = collections;
    this.time = time;
  }

  @Override
  public Outcome inVain() {
    return Outcome.FAIL;
  }

  @Override
  public Answer look(Prober.Request request) {
    Optional<ProcessIdentity> process = request.process();
    if (process.isEmpty()) {
      return Answer.unknown("there is no process to look at");
    }
    try {
      Optional<Jvm> jvm = jvms.find(process.get());
      return jvm.isEmpty()
          ? Answer.unknown("there is no JVM in process " + process.get().pid())
          : judged(request, jvm.get());
    } catch (IOException e) {
      return Answer.unknown("the JVM cannot be asked: " + e.getMessage());
    }
  }

  private Answer judged(Prober.Request request, Jvm jvm) throws IOException {
    if (!isWanted(jvm)) {
      return Answer.fail("no answer in time");
    }
    String collecting = "";
    if (probe.gc() < 1) {
      // First: for it a JVM need not answer, and one that only collects does not.
      Optional<GcWatch.Share> share =
          collections.take(
              request.instance(), jvm.pid(), jvm.collecting(), time.now(), probe.window());
      if (share.isPresent() && share.get().share() > probe.gc()) {
        return Answer.fail(
            shown(share.get()) + ", at most " + percent(probe.gc()) + " is expected");
      }
      collecting = share.map(JvmLook::shown).orElse("collections are watched since now");
    }
    if (!probe.deadlock()) {
      return Answer.pass(collecting);
    }
    List<String> deadlocks = jvm.deadlocks();
    return deadlocks.isEmpty()
        ? Answer.pass("no deadlock" + (collecting.isEmpty() ? "" : ", " + collecting))
        : Answer.fail("deadlock of " + String.join("; deadlock of ", deadlocks));
  }

  private static String shown(GcWatch.Share share) {
    return percent(share.share())
        + " of the last "
        + Math.max(1, share.over().plus(Duration.ofMillis(500)).toSeconds())
        + " s in garbage collection";
  }

  private static String percent(double share) {
    return Math.round(share * 100) + "%";
  }

  private synchronized boolean isWanted(Jvm jvm) {
    asked = jvm;
    return !over;
  }

  @Override
  public void giveUp() {
    Jvm known;
    synchronized (this) {
      over = true;
      known = asked;
    }
    if (known != null) {
      known.end();
    }
  }
}

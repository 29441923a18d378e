package io.mainstay.gateway.http;

import io.mainstay.gateway.codec.RequestHead;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.TransactionRun.Call;
import io.mainstay.ports.MarkedCalls;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Knows which requests are probes of our own, and what became of those that belong to a run. Any
 * thread; one lock, taken for requests of runs only.
 */
public final class Probes implements MarkedCalls {
  static final int MOST_RUNS = 256;
  static final int MOST_CALLS = 64;
  static final Duration LONGEST = Duration.ofSeconds(60);

  private volatile @Nullable ProbeSecret secret;
  private final SequencedMap<String, Seen> runs = new LinkedHashMap<>();

  /** The calls of one run; guarded by the lock. */
  private static final class Seen {
    final ArrayDeque<Call> calls = new ArrayDeque<>();
    final long since;

    Seen(long since) {
      this.since = since;
    }
  }

  /** None is known without a secret. */
  public Probes(Optional<ProbeSecret> secret) {
    this.secret = secret.orElse(null);
  }

  /** What probes show from now on. */
  public void secret(ProbeSecret newSecret) {
    secret = newSecret;
  }

  /** The mark of a request that says it is one; null if it is not, or shows something else. */
  @Nullable Mark read(RequestHead head) {
    ProbeSecret expected = secret;
    byte[] shown = head.probe();
    if (expected == null || shown == null || !expected.is(shown)) {
      return null;
    }
    head.keepMarks();
    return Mark.of(head.pin(), head.transaction());
  }

  /**
   * A marked request ended; told once.
   *
   * @param status 0: no answer came, or not all of it
   */
  void ended(Mark mark, ServiceName service, int status, long now) {
    if (!mark.tells() || mark.run().isEmpty()) {
      return;
    }
    InstanceId asked = mark.asked();
    Call call = new Call(service, Optional.ofNullable(asked), status);
    synchronized (runs) {
      forget(now);
      String id = mark.run().toLowerCase(Locale.ROOT);
      Seen seen = runs.get(id);
      if (seen == null) {
        if (runs.size() == MOST_RUNS) {
          runs.pollFirstEntry();
        }
        seen = new Seen(now);
        runs.putLast(id, seen);
      }
      if (seen.calls.size() == MOST_CALLS) {
        seen.calls.removeFirst();
      }
      seen.calls.addLast(call);
    }
  }

  private void forget(long now) {
    while (!runs.isEmpty() && now - runs.firstEntry().getValue().since >= LONGEST.toNanos()) {
      runs.pollFirstEntry();
    }
  }

  /** Forgets runs that nobody asked for in time; called from time to time. */
  public void look(long now) {
    synchronized (runs) {
      forget(now);
    }
  }

  @Override
  public List<Call> take(String runId) {
    synchronized (runs) {
      Seen seen = runs.remove(runId.toLowerCase(Locale.ROOT));
      return seen == null ? List.of() : List.copyOf(new ArrayList<>(seen.calls));
    }
  }
}

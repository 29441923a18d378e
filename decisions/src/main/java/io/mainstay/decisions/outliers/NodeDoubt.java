package io.mainstay.decisions.outliers;

/**
 * Whether a whole node is silent, as one gateway sees it. A node that died, was cut off or froze
 * takes all its instances with it; found out one instance after the other, each would cost a client
 * its time-out.
 *
 * <p>Once requests are in flight to a node and no byte came from any of its instances for 250 ms,
 * two connections are tried to it, one after the other; no client waits for them. If neither is
 * answered (opened or refused, both come from a living node) 250 ms after the first, the node is
 * silent: its instances take no requests while others can. It is tried again every second; the
 * first answer or byte ends it. So a slow instance on a living node is no reason, nor is a lost
 * packet, nor a pause of the gateway itself: the verdict needs a few looks in a row. All times are
 * monotonic nanoseconds; one thread.
 *
 * <p>Source: the indirect probe of SWIM (A. Das and others, 2002) asks before it condemns; here the
 * gateway asks itself, since it matters whether it can reach the node.
 */
public final class NodeDoubt {
  /** Without a byte for that long, a node is asked. */
  public static final long QUIET_NANOS = 250_000_000L;

  /** Without an answer for that long, it is silent. */
  public static final long ANSWER_NANOS = 250_000_000L;

  /** A silent node, or one that is often quiet, is asked no sooner than that. */
  public static final long AGAIN_NANOS = 1_000_000_000L;

  private static final int LEAST_LOOKS = 3;

  /** What follows from a look. */
  public enum Step {
    /** Nothing. */
    NOTHING,
    /** A connection to one of its instances is to be tried. */
    ASK,
    /** It is silent from now on. */
    SILENT,
    /** It is no longer silent. */
    HEARD
  }

  private enum State {
    TRUSTED,
    ASKED,
    SILENT
  }

  private State state = State.TRUSTED;
  private boolean everAsked;
  private boolean askedTwice;
  private long askedAt;
  private int looks;

  /** Whether its instances are to take no requests while others can. */
  public boolean isSilent() {
    return state == State.SILENT;
  }

  /** Whether an answer is awaited, so that {@link #look} should be called often. */
  public boolean isOpen() {
    return state != State.TRUSTED;
  }

  /**
   * Lets time pass; every 50 ms or so while requests are in flight.
   *
   * @param inFlight whether requests are in flight to it
   * @param quietSince since when, with no byte from it; meaningless if not
   * @param wasHeard whether any byte ever came
   * @param heard when the last one came
   */
  public Step look(boolean inFlight, long quietSince, boolean wasHeard, long heard, long now) {
    boolean heardSince = wasHeard && heard - askedAt > 0;
    return switch (state) {
      case TRUSTED -> {
        boolean rested = !everAsked || now - askedAt >= AGAIN_NANOS;
        yield inFlight && now - quietSince >= QUIET_NANOS && rested ? ask(now) : Step.NOTHING;
      }
      case ASKED -> {
        if (heardSince) {
          state = State.TRUSTED;
          yield Step.NOTHING;
        }
        yield await(now);
      }
      case SILENT -> {
        if (heardSince) {
          state = State.TRUSTED;
          yield Step.HEARD;
        }
        if (now - askedAt >= AGAIN_NANOS) {
          askedAt = now;
          yield Step.ASK;
        }
        yield Step.NOTHING;
      }
    };
  }

  private Step ask(long now) {
    state = State.ASKED;
    everAsked = true;
    askedTwice = false;
    askedAt = now;
    looks = 0;
    return Step.ASK;
  }

  private Step await(long now) {
    looks++;
    long waited = now - askedAt;
    if (!askedTwice && waited >= ANSWER_NANOS / 4) {
      askedTwice = true;
      return Step.ASK;
    }
    if (!askedTwice || waited < ANSWER_NANOS || looks < LEAST_LOOKS) {
      return Step.NOTHING;
    }
    state = State.SILENT;
    return Step.SILENT;
  }

  /** A connection that was tried was opened, or refused by the node. */
  public Step answered() {
    Step step = state == State.SILENT ? Step.HEARD : Step.NOTHING;
    state = State.TRUSTED;
    return step;
  }
}

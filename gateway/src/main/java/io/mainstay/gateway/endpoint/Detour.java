package io.mainstay.gateway.endpoint;

import io.mainstay.model.spec.Fallback;
import java.nio.charset.StandardCharsets;

/**
 * Another way for requests of a service. Immutable; any thread.
 *
 * @param to where it leads
 * @param share of the requests that take it, up to 1
 * @param endNanos when it ends by itself, in monotonic nanoseconds; {@link #NO_END}: it does not
 */
public record Detour(Destination to, double share, long endNanos) {
  /** It ends when somebody ends it. */
  public static final long NO_END = Long.MIN_VALUE;

  private static final double RESOLUTION = 0x1p-53;

  /** Where a detour leads. */
  public sealed interface Destination {}

  /**
   * The instances of another service, by its policies.
   *
   * @param service which
   */
  public record Other(TrafficService service) implements Destination {}

  /** An answer that the gateway gives itself. */
  public static final class Own implements Destination {
    private final Fallback.Answer answer;
    private final byte[] body;

    Own(Fallback.Answer answer) {
      this.answer = answer;
      this.body =
          answer
              .page()
              .map(page -> page.text().getBytes(StandardCharsets.UTF_8))
              .orElse(new byte[0]);
    }

    /** The status of the answer. */
    public int status() {
      return answer.status();
    }

    /** Of its page; empty: there is none. */
    public String contentType() {
      return answer.page().map(Fallback.Page::type).orElse("");
    }

    /** Its page; not to be changed. */
    public byte[] body() {
      return body;
    }
  }

  /** Whether all requests take it. */
  public boolean isWhole() {
    return share >= 1;
  }

  /** Whether a request with these random bits takes it. */
  public boolean takes(long randomBits) {
    return isWhole() || (randomBits >>> 11) * RESOLUTION < share;
  }

  /** Whole seconds until it ends, at least 1; 0 if nobody knows. */
  public int secondsLeft(long nowNanos) {
    return endNanos == NO_END
        ? 0
        : Math.clamp(Math.ceilDiv(endNanos - nowNanos, 1_000_000_000L), 1, Integer.MAX_VALUE);
  }
}

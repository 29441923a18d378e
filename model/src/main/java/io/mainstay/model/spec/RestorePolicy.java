package io.mainstay.model.spec;

import java.time.Duration;
import java.util.List;

/**
 * When and how gradually the traffic of a diverted service returns.
 *
 * @param mode who decides that it returns
 * @param after good transactions in a row before the first share returns, from 1
 * @param share what part of the traffic is back at each step, growing, the last one 1
 * @param every how long a step must go well before the next one
 */
public record RestorePolicy(Mode mode, int after, List<Double> share, Duration every) {
  /** As soon as it works again, in three steps. */
  public static final RestorePolicy DEFAULT =
      new RestorePolicy(Mode.AUTOMATIC, 3, List.of(0.1, 0.5, 1.0), Duration.ofSeconds(10));

  /** Who decides that traffic returns. */
  public enum Mode {
    /** Mainstay, once enough transactions went well. */
    AUTOMATIC,
    /** An operator. */
    MANUAL
  }

  /** Copies the list. */
  public RestorePolicy {
    share = List.copyOf(share);
  }
}

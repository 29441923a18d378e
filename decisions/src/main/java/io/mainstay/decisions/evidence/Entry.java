package io.mainstay.decisions.evidence;

import io.mainstay.model.MonotonicTime;
import java.time.Duration;
import java.util.Locale;

/**
 * One piece of evidence, or the same one several times in a row.
 *
 * @param subject whom it is about
 * @param source where it comes from
 * @param sense what it says
 * @param weight 0 to 1: how sure a single one is. From a sum of 1 on in a row it is hard, below
 *     that a suspicion
 * @param run generation of the process that it is about; 0: of none
 * @param reason one sentence, cut after {@link #REASON_MOST} characters
 * @param first when it was said first
 * @param last when it was said last
 * @param count how often, from 1
 */
public record Entry(
    Subject subject,
    Source source,
    Sense sense,
    double weight,
    long run,
    String reason,
    MonotonicTime first,
    MonotonicTime last,
    long count) {
  /** Characters of a reason that are kept. */
  public static final int REASON_MOST = 200;

  private static final double NEARLY_ONE = 1 - 1e-6;

  /** Cuts the reason. */
  public Entry {
    if (reason.length() > REASON_MOST) {
      reason = reason.substring(0, REASON_MOST - 1) + "…";
    }
  }

  /** What it says. */
  public enum Sense {
    /** It works. */
    GOOD,
    /** It does not. */
    BAD,
    /** Neither: something happened. */
    UNSURE;

    /** The lower-case name that users see. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Said once. */
  public static Entry of(
      Subject subject,
      Source source,
      Sense sense,
      double weight,
      String reason,
      MonotonicTime time) {
    return new Entry(subject, source, sense, weight, 0, reason, time, time, 1);
  }

  /** The same about one run of a process. */
  public Entry about(long generation) {
    return new Entry(subject, source, sense, weight, generation, reason, first, last, count);
  }

  /** Whether it is sure by itself: said firmly once, or less firmly often enough in a row. */
  public boolean isHard() {
    return sense != Sense.UNSURE && weight * count >= NEARLY_ONE;
  }

  /** Whether it speaks against its subject. */
  public boolean isBad() {
    return sense == Sense.BAD;
  }

  /** Whether it speaks for its subject. */
  public boolean isGood() {
    return sense == Sense.GOOD;
  }

  /** How long ago it was said last; never negative. */
  public Duration age(MonotonicTime now) {
    Duration age = now.since(last);
    return age.isNegative() ? Duration.ZERO : age;
  }

  /**
   * Whether {@code newer} says nothing new. Each exit and each word of an operator is news unless
   * it is the same in every letter.
   */
  boolean isRepeatedBy(Entry newer) {
    boolean wordsCount = source.kind() == Source.Kind.EXIT || source.kind() == Source.Kind.OPERATOR;
    return source.equals(newer.source)
        && sense == newer.sense
        && (!wordsCount || reason.equals(newer.reason));
  }

  /** This and the newer one as one: the reason, the weight and the run of the newer one. */
  Entry and(Entry newer) {
    return new Entry(
        subject,
        source,
        sense,
        newer.weight,
        Math.max(run, newer.run),
        newer.reason,
        first,
        newer.last.isBefore(last) ? last : newer.last,
        count + newer.count);
  }
}

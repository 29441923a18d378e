package io.mainstay.decisions.evidence;

import java.util.Locale;

/**
 * Where a piece of evidence comes from.
 *
 * @param kind how it was learned
 * @param name which check, transaction or flow; empty: there is only one of the kind
 * @param witness who saw it: a node, its gateway, or the kind of run; empty: it does not matter
 */
public record Source(Kind kind, String name, String witness) {
  /** A run of a transaction as a user would have it. */
  public static final String AS_USER = "as a user";

  /** The same once a blame trial was made meanwhile. */
  public static final String AGAIN = "as a user, after a trial";

  /** Runs with requests pinned, to find who is to blame. */
  public static final String TRIAL = "blame trial";

  /** The gateways of all nodes together. */
  public static final String GATEWAYS = "gateways";

  /** How it was learned. */
  public enum Kind {
    /** Somebody said so by a command. */
    OPERATOR,
    /** The process ended. */
    EXIT,
    /** How its node stands. */
    NODE,
    /** A transaction ran. */
    TRANSACTION,
    /** What must follow in real traffic. */
    FLOW,
    /** Answers to users. */
    TRAFFIC,
    /** How long they took, against those of its peers. */
    LATENCY,
    /** A check of ours: its role or the name of a watch. */
    CHECK,
    /** A check that the instance itself reports. */
    PUSH;

    /** The lower-case name that users see. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** One without name and witness. */
  public static Source of(Kind kind) {
    return new Source(kind, "", "");
  }

  /** One with a name. */
  public static Source of(Kind kind, String name) {
    return new Source(kind, name, "");
  }

  /** The same, seen by somebody. */
  public Source by(String whom) {
    return new Source(kind, name, whom);
  }

  /** As it is shown, for example {@code transaction buy (blame trial)}. */
  public String describe() {
    return kind.label()
        + (name.isEmpty() ? "" : " " + name)
        + (witness.isEmpty() ? "" : " (" + witness + ")");
  }
}

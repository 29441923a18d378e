package io.mainstay.decisions.evidence;

import java.util.List;
import java.util.Locale;

/**
 * What the evidence about one subject comes to.
 *
 * @param state how it seems to be
 * @param rule which one decided
 * @param by what it decided by, the newest first
 * @param overruled what says the contrary and does not count
 */
public record Judgement(State state, Rule rule, List<Entry> by, List<Entry> overruled) {
  /** Copies the lists. */
  public Judgement {
    by = List.copyOf(by);
    overruled = List.copyOf(overruled);
  }

  /** How it seems to be. */
  public enum State {
    /** It works. */
    WORKS,
    /** Something speaks against it, not enough to be sure (a soft state). */
    SUSPECTED,
    /** It does not work (a hard state). */
    FAILS,
    /** An operator holds it. */
    HELD,
    /** Nothing is known that counts. */
    UNKNOWN;

    /** The lower-case name that users see. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Who wins. The order is that of {@link EvidenceRule}. */
  public enum Rule {
    /** An operator's word goes before everything. */
    OPERATOR("an operator's word over everything"),
    /** A process that is gone answers nobody. */
    EXIT("an exit over every check"),
    /** Nobody can say more than that the machine is away. */
    NODE_LOST("the loss of a node over the silence of its checks"),
    /** What a user would meet. */
    TRANSACTION("transactions over traffic and checks"),
    /** What users meet. */
    FLOW("flows over traffic and checks"),
    /** Answers that users got. */
    BAD_TRAFFIC("bad traffic over a green check"),
    /** Answers that users got. */
    GOOD_TRAFFIC("good traffic over a red check"),
    /** No user says anything. */
    RED_CHECK("a red check over no traffic"),
    /** Its machine is not heard of. */
    NODE_SUSPECTED("the silence of a node is a suspicion"),
    /** Others are faster. */
    LATENCY("slower than its peers is a suspicion"),
    /** It works now, but not for long enough. */
    FLAPPING("what flaps is not believed at once"),
    /** All is well. */
    GREEN_CHECK("nothing speaks against it"),
    /** There is no evidence. */
    NOTHING("nothing is known");

    private final String words;

    Rule(String words) {
      this.words = words;
    }

    /** One phrase, for users. */
    public String words() {
      return words;
    }
  }

  /** One sentence. */
  public String reason() {
    StringBuilder reason = new StringBuilder();
    for (Entry entry : by) {
      reason
          .append(reason.isEmpty() ? "" : "; ")
          .append(entry.source().describe())
          .append(": ")
          .append(entry.reason());
    }
    return reason.isEmpty() ? rule.words() : reason.toString();
  }
}

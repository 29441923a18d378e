package io.mainstay.decisions.outliers;

/** When a doubtful instance is sent a request out of turn, to settle the doubt. */
final class ProbeRule {
  private static final int STALL_PROBES = 3;

  private ProbeRule() {}

  /** Whether more requests would help to settle a doubt. */
  static boolean wantsAny(Member member, int failures) {
    return wantsOfStall(member) || wantsOfRow(member, failures);
  }

  private static boolean wantsOfStall(Member member) {
    return member.suspected && member.stallProbes < STALL_PROBES;
  }

  private static boolean wantsOfRow(Member member, int failures) {
    return member.row > 0 && member.rowProbes < failures;
  }

  /** Counts a request that is sent to one suspected of a stall; false if none is due. */
  static boolean beginOfStall(Member member, long now, long stallNanos) {
    boolean due = member.stallProbes == 0 || now - member.stallProbedAt >= stallNanos / 16;
    if (!due || !wantsOfStall(member)) {
      return false;
    }
    member.stallProbes++;
    member.stallProbedAt = now;
    return true;
  }

  /** Whether all of them went out and the last one had some time to be answered. */
  static boolean isStallConfirmed(Member member, long now, long stallNanos) {
    return member.stallProbes >= STALL_PROBES && now - member.stallProbedAt >= stallNanos / 8;
  }

  /** Whether one that began to fail may be sent another request. */
  static boolean isRowProbeDue(Member member, int failures, long now, long stallNanos) {
    return wantsOfRow(member, failures)
        && (member.rowProbes == 0 || now - member.rowProbedAt >= stallNanos / 8);
  }

  /** Counts a request that is sent to one that began to fail; always true. */
  static boolean beginOfRow(Member member, long now) {
    member.rowProbes++;
    member.rowProbedAt = now;
    return true;
  }
}

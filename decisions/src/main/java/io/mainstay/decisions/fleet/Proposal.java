package io.mainstay.decisions.fleet;

import io.mainstay.decisions.remedy.Intent;
import io.mainstay.model.InstanceId;

/**
 * What a decider wants done once the governor agrees.
 *
 * @param intent what the governor is asked
 * @param act what is done then
 */
record Proposal(Intent intent, Act act) {

  /** What can be done to an instance. */
  sealed interface Act {
    /** Run it anew. */
    record Restart(long minGeneration) implements Act {}

    /** Run it anew, with the wanted revision. */
    record Change() implements Act {}

    /** Let it go; {@code fact} is what led to it. */
    record Remove(int fact) implements Act {}

    /** Out of the traffic, behind the serving ones. */
    record Demote(int fact) implements Act {}

    /** Let it go, and a ready new one takes its role. */
    record Exchange(InstanceId fresh) implements Act {}
  }
}

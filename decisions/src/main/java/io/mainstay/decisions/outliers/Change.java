package io.mainstay.decisions.outliers;

import io.mainstay.model.InstanceId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** What a detector decided. */
public sealed interface Change {
  /** Which instance. */
  InstanceId id();

  /** Of its process. */
  long generation();

  /** One sentence. */
  String reason();

  /**
   * Out of the traffic; what may be retried moves on.
   *
   * @param id which instance
   * @param generation of its process
   * @param nanos for how long; a trial follows
   * @param reason one sentence
   * @param evidence the figures
   */
  record Ejected(
      InstanceId id,
      long generation,
      long nanos,
      String reason,
      SequencedMap<String, String> evidence)
      implements Change {
    /** Copies the evidence. */
    public Ejected {
      evidence = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(evidence));
    }
  }

  /**
   * In the traffic again, with a slow start.
   *
   * @param id which instance
   * @param generation of its process
   * @param reason one sentence
   */
  record Restored(InstanceId id, long generation, String reason) implements Change {}
}

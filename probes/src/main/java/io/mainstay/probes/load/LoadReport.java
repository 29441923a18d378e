package io.mainstay.probes.load;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What clients saw.
 *
 * @param sent requests that ended, whatever their end
 * @param ok whole good answers
 * @param badStatus whole answers with a status from 400
 * @param getsFailedBefore GETs without any answer
 * @param postsFailedBefore POSTs without any answer
 * @param cut answers that began and did not end well
 * @param skipped requests that were due but not sent, because too many were under way
 * @param instances good answers by instance, in order of first sight
 * @param reasons what went wrong with its count, most frequent first
 * @param failures the first failures, at most {@link LoadRecorder#MOST_FAILURES}
 * @param median of good answers
 * @param p99 of good answers
 * @param worst of good answers
 */
public record LoadReport(
    long sent,
    long ok,
    long badStatus,
    long getsFailedBefore,
    long postsFailedBefore,
    long cut,
    long skipped,
    SequencedMap<String, Long> instances,
    SequencedMap<String, Long> reasons,
    List<LoadSample> failures,
    Duration median,
    Duration p99,
    Duration worst) {
  /** Copies the collections. */
  public LoadReport {
    instances = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(instances));
    reasons = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(reasons));
    failures = List.copyOf(failures);
  }

  /** Requests without a good answer. */
  public long failed() {
    return sent - ok;
  }
}

package io.mainstay.ports;

import io.mainstay.model.spec.FlowSpec;
import io.mainstay.model.state.FlowKey;
import java.util.List;
import java.util.function.Consumer;

/**
 * Asks databases what followed, and a Prometheus how much did. Returns at once; the answer arrives
 * once, in the mailbox that the implementation was made with, within some ten seconds. One that
 * hangs delays no other.
 */
public interface FlowQueries {
  /** Keys of one answer at most. */
  int MOST_KEYS = 16_384;

  /** Asks once. */
  void ask(FlowKey flow, FlowSpec.Asked asked, Consumer<Answer> done);

  /** What came of it. */
  sealed interface Answer {
    /**
     * The first column of the rows.
     *
     * @param keys at most {@link #MOST_KEYS}
     * @param more whether there are further ones
     */
    record Found(List<String> keys, boolean more) implements Answer {
      /** Copies the list. */
      public Found {
        keys = List.copyOf(keys);
      }
    }

    /**
     * How far a counter has come.
     *
     * @param value finite
     */
    record Counted(double value) implements Answer {}

    /**
     * Nobody knows.
     *
     * @param reason one phrase, without secrets
     */
    record Failed(String reason) implements Answer {}
  }
}

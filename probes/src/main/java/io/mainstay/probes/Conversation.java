package io.mainstay.probes;

import io.mainstay.ports.Prober.Outcome;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What is said on one connection, without the connection: it is told what came and says what it
 * makes of that. One thread; nothing in it blocks, and what it keeps is bounded.
 */
interface Conversation {
  /**
   * What a probe found.
   *
   * @param outcome the short form
   * @param message one line
   * @param share of its weight that the instance asks for, above 0, at most 1; empty: it says none
   */
  record Answer(Outcome outcome, String message, OptionalDouble share) {
    Answer(Outcome outcome, String message) {
      this(outcome, message, OptionalDouble.empty());
    }

    static Answer fail(String message) {
      return new Answer(Outcome.FAIL, message);
    }

    static Answer pass(String message) {
      return new Answer(Outcome.PASS, message);
    }

    static Answer unknown(String message) {
      return new Answer(Outcome.UNKNOWN, message);
    }
  }

  /** What it means that nobody could be reached, or that no answer came in time. */
  default Outcome inVain() {
    return Outcome.FAIL;
  }

  /** Whether what it needs is there. If not, {@link #load} comes before all else. */
  default boolean isLoaded() {
    return true;
  }

  /** Loads what would hold up others too long; on a thread that nobody waits for. */
  default void load() {}

  /** What it is called by ALPN (RFC 7301), if it runs within TLS; empty: it has no name there. */
  default List<String> protocols() {
    return List.of();
  }

  /** The bytes to send first; may be empty. */
  byte[] opening();

  /** All of the opening was sent; an answer if nothing is expected to come. */
  Optional<Answer> sent();

  /** More came: all that remains in {@code bytes} is taken. An answer once it is known. */
  Optional<Answer> came(ByteBuffer bytes);

  /** What the protocol wants to be said to what came, if there is no answer yet; may be empty. */
  default byte[] reply() {
    return new byte[0];
  }

  /** The other side sends no more. */
  Answer ended();

  /**
   * Whether the rest of what comes should be read for a moment once the answer is known, so that a
   * well-behaved server sees no reset.
   */
  boolean isPolite();
}

package io.mainstay.model.spec;

import io.mainstay.model.ServiceName;
import java.util.Optional;

/** Who answers in place of a service. */
public sealed interface Fallback {
  /** Phrase for a person: {@code shop-lite}, or {@code an answer of 503}. */
  String describe();

  /**
   * The instances of another service, by its policies.
   *
   * @param service never the service itself
   */
  record ToService(ServiceName service) implements Fallback {
    @Override
    public String describe() {
      return service.value();
    }
  }

  /**
   * The gateway itself.
   *
   * @param status from 200 to 599, one that may have a body
   * @param page its body; empty: one line that says why
   */
  record Answer(int status, Optional<Page> page) implements Fallback {
    @Override
    public String describe() {
      return "an answer of " + status;
    }
  }

  /**
   * A page as it was when the file was read: every gateway has it, also on machines without that
   * file.
   *
   * @param type for {@code Content-Type}
   * @param text its content, at most {@link #TEXT_MAX} bytes in UTF-8
   */
  record Page(String type, String text) {
    /** The longest page, in bytes. */
    public static final int TEXT_MAX = 64 * 1024;
  }
}

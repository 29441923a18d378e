package io.mainstay.model.spec;

import java.util.Locale;
import java.util.OptionalInt;

/** How a call of gRPC ended (its doc/statuscodes.md). */
public enum GrpcStatus {
  OK(0),
  CANCELLED(1),
  UNKNOWN(2),
  INVALID_ARGUMENT(3),
  DEADLINE_EXCEEDED(4),
  NOT_FOUND(5),
  ALREADY_EXISTS(6),
  PERMISSION_DENIED(7),
  RESOURCE_EXHAUSTED(8),
  FAILED_PRECONDITION(9),
  ABORTED(10),
  OUT_OF_RANGE(11),
  UNIMPLEMENTED(12),
  INTERNAL(13),
  UNAVAILABLE(14),
  DATA_LOSS(15),
  UNAUTHENTICATED(16);

  private final int code;

  GrpcStatus(int code) {
    this.code = code;
  }

  /** The code of a name, or of the code itself; empty if it is neither. */
  public static OptionalInt code(String text) {
    for (GrpcStatus status : values()) {
      if (status.name().equals(text.toUpperCase(Locale.ROOT))
          || Integer.toString(status.code).equals(text)) {
        return OptionalInt.of(status.code);
      }
    }
    return OptionalInt.empty();
  }

  /** The name of a code, such as {@code NOT_FOUND}; what was given if it is none. */
  public static String name(String code) {
    for (GrpcStatus status : values()) {
      if (Integer.toString(status.code).equals(code)) {
        return status.name();
      }
    }
    return code;
  }
}

package io.mainstay.gateway.http;

import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Pin;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a probe of our own says of itself, and what became of it. Only on the loop of its
 * connection.
 */
final class Mark {
  private static final String FALLBACK = "fallback";
  private static final int RUN_LENGTH = 32;

  private final List<Pin> pins;
  private final String run;
  private final String wrong;
  private @Nullable InstanceId asked;
  private boolean told;

  private Mark(List<Pin> pins, String run, String wrong) {
    this.pins = pins;
    this.run = run;
    this.wrong = wrong;
  }

  /**
   * Reads it.
   *
   * @param pins {@code SERVICE=INSTANCE} or {@code SERVICE=fallback}, separated by commas; empty:
   *     none; null: said more than once
   * @param run 32 hexadecimal digits; empty: none; null: said more than once
   */
  static Mark of(@Nullable String pins, @Nullable String run) {
    if (run == null || !(run.isEmpty() || isRun(run))) {
      return new Mark(List.of(), "", "X-Mainstay-Transaction (expected: 32 hexadecimal digits)");
    }
    List<Pin> read = pins == null ? null : pins(pins);
    return read == null
        ? new Mark(List.of(), run, "X-Mainstay-Pin (expected: SERVICE=SERVICE-k|fallback, ...)")
        : new Mark(read, run, "");
  }

  private static boolean isRun(String text) {
    return text.length() == RUN_LENGTH && text.chars().allMatch(c -> Character.digit(c, 16) >= 0);
  }

  private static @Nullable List<Pin> pins(String text) {
    List<Pin> pins = new ArrayList<>();
    if (text.isEmpty()) {
      return pins;
    }
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      String service = equals < 0 ? "" : part.substring(0, equals).strip();
      String target = part.substring(equals + 1).strip();
      if (!ServiceName.isValid(service)) {
        return null;
      }
      ServiceName name = new ServiceName(service);
      Optional<Pin> pin =
          target.equals(FALLBACK)
              ? Optional.of(Pin.toFallback(name))
              : InstanceId.parse(target).filter(id -> id.service().equals(name)).map(Pin::to);
      if (pin.isEmpty() || pins.stream().anyMatch(other -> other.service().equals(name))) {
        return null;
      }
      pins.add(pin.get());
    }
    return pins;
  }

  /** What cannot be read of it; empty: nothing. */
  String wrong() {
    return wrong;
  }

  /** The run that it belongs to; empty: none. */
  String run() {
    return run;
  }

  /** Where it must go if it is one of that service; null: as any request. */
  Pin.@Nullable Target pin(ServiceName service) {
    for (Pin pin : pins) {
      if (pin.service().equals(service)) {
        return pin.target();
      }
    }
    return null;
  }

  /** It is handed to that instance. */
  void asks(InstanceId instance) {
    asked = instance;
  }

  /** Who was asked last; null: nobody. */
  @Nullable InstanceId asked() {
    return asked;
  }

  /** True once: when its end is told. */
  boolean tells() {
    boolean first = !told;
    told = true;
    return first;
  }
}

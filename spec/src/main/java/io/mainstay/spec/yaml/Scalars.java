package io.mainstay.spec.yaml;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the texts of scalars mean. Each answers empty if the text has not its form. */
public final class Scalars {
  /** The form of a duration. */
  public static final Pattern DURATION =
      Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?)(ms|s|m|h|d)");

  /** The form of a size. */
  public static final Pattern SIZE =
      Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?)(B|KiB|MiB|GiB|TiB|KB|kB|MB|GB|TB)");

  /** The form of a share. */
  public static final Pattern SHARE = Pattern.compile("([0-9]{1,4}(?:\\.[0-9]{1,3})?)%");

  private Scalars() {}

  /** Such as {@code 250ms}, {@code 1.5s}, {@code 5m}, {@code 1h}, {@code 1d}. */
  public static Optional<Duration> duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long unit =
        switch (matcher.group(2)) {
          case "ms" -> 1_000L;
          case "s" -> 1_000_000L;
          case "m" -> 60_000_000L;
          case "h" -> 3_600_000_000L;
          default -> 86_400_000_000L;
        };
    BigDecimal micros = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
    return Optional.of(
        Duration.ofSeconds(
            micros.divideToIntegralValue(BigDecimal.valueOf(1_000_000)).longValueExact(),
            micros.remainder(BigDecimal.valueOf(1_000_000)).longValue() * 1_000));
  }

  /** Bytes; such as {@code 512MiB} (of 1024), {@code 500MB} (of 1000). */
  public static Optional<Long> size(String text) {
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long unit =
        switch (matcher.group(2)) {
          case "B" -> 1;
          case "KiB" -> 1L << 10;
          case "MiB" -> 1L << 20;
          case "GiB" -> 1L << 30;
          case "TiB" -> 1L << 40;
          case "KB", "kB" -> 1_000;
          case "MB" -> 1_000_000;
          case "GB" -> 1_000_000_000;
          default -> 1_000_000_000_000L;
        };
    BigDecimal bytes = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
    return bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
        ? Optional.empty()
        : Optional.of(bytes.longValue());
  }

  /** The shortest text of a number of bytes. */
  public static String showSize(long bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
    int unit = 0;
    long shown = bytes;
    while (unit < units.length - 1 && shown >= 1024 && shown % 1024 == 0) {
      shown /= 1024;
      unit++;
    }
    return shown + units[unit];
  }

  /** 0.2 for {@code 20%}. */
  public static Optional<Double> share(String text) {
    Matcher matcher = SHARE.matcher(text);
    return matcher.matches()
        ? Optional.of(new BigDecimal(matcher.group(1)).movePointLeft(2).doubleValue())
        : Optional.empty();
  }

  /** A whole number in any notation of YAML. */
  public static Optional<Long> integer(String text) {
    try {
      if (text.startsWith("0x")) {
        return Optional.of(Long.parseLong(text, 2, text.length(), 16));
      }
      if (text.startsWith("0o")) {
        return Optional.of(Long.parseLong(text, 2, text.length(), 8));
      }
      return Optional.of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** A finite number. */
  public static Optional<Double> decimal(String text) {
    Optional<Long> whole = integer(text);
    if (whole.isPresent()) {
      return whole.map(Long::doubleValue);
    }
    try {
      return Optional.of(Double.parseDouble(text)).filter(Double::isFinite);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}

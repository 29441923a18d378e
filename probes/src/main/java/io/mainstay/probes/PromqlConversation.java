package io.mainstay.probes;

import io.mainstay.model.Address;
import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.ports.Prober.Outcome;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An instant query to a Prometheus by its HTTP API, version 1. That the Prometheus does not answer,
 * or not with samples, says nothing about the instance.
 */
final class PromqlConversation implements Conversation {
  /**
   * The samples of an answer: {@code "value":[time,"number"]} of a vector, {@code
   * "result":[time,"number"]} of a scalar. No label can look like it: within a text of JSON quotes
   * have a backslash before them.
   */
  private static final Pattern SAMPLE =
      Pattern.compile(
          "(?<!\\\\)\"(?:value|result)\"\\s*:\\s*\\[\\s*[0-9.eE+]+\\s*,\\s*\"([^\"\\\\]*)\"\\s*]");

  private static final Pattern SUCCESS = Pattern.compile("(?<!\\\\)\"status\"\\s*:\\s*\"success\"");
  private static final Pattern ERROR =
      Pattern.compile("(?<!\\\\)\"error\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.){0,200})");

  private final Probe.Promql probe;
  private final Address server;

  /** Before {@code /api}: empty, or begins with a slash and ends with none. */
  private final String folder;

  private final HttpReader reader = new HttpReader(false);

  PromqlConversation(Probe.Promql probe) {
    this.probe = probe;
    String behindScheme = probe.url().substring("http://".length());
    int slash = behindScheme.indexOf('/');
    String authority = slash < 0 ? behindScheme : behindScheme.substring(0, slash);
    this.server = Address.parse(authority).orElseThrow();
    this.folder = slash < 0 ? "" : behindScheme.substring(slash).replaceFirst("/+$", "");
  }

  /** Whom to ask. */
  Address server() {
    return server;
  }

  @Override
  public Outcome inVain() {
    return Outcome.UNKNOWN;
  }

  @Override
  public byte[] opening() {
    String query = URLEncoder.encode(probe.query(), StandardCharsets.UTF_8);
    return ("GET "
            + folder
            + "/api/v1/query?query="
            + query
            + " HTTP/1.1\r\nHost: "
            + server
            + "\r\nUser-Agent: mainstay-check\r\nAccept: application/json"
            + "\r\nConnection: close\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public Optional<Answer> sent() {
    return Optional.empty();
  }

  @Override
  public Optional<Answer> came(ByteBuffer bytes) {
    try {
      reader.take(bytes);
      return reader.isComplete() ? Optional.of(judge()) : Optional.empty();
    } catch (HttpReader.Malformed e) {
      return Optional.of(Answer.unknown("the Prometheus answers otherwise: " + e.getMessage()));
    }
  }

  @Override
  public Answer ended() {
    try {
      reader.end();
      return judge();
    } catch (HttpReader.Malformed e) {
      return Answer.unknown("the Prometheus answers otherwise: " + e.getMessage());
    }
  }

  @Override
  public boolean isPolite() {
    return false;
  }

  private Answer judge() {
    String body = reader.body();
    if (reader.status() != 200 || !SUCCESS.matcher(body).find()) {
      Matcher error = ERROR.matcher(body);
      return Answer.unknown(
          "the Prometheus answers HTTP "
              + reader.status()
              + ": "
              + Quoting.quote(error.find() ? error.group(1) : body));
    }
    if (body.length() >= HttpReader.MOST) {
      return Answer.unknown("the Prometheus answers with too many samples");
    }
    return judgeSamples(SAMPLE.matcher(body));
  }

  private Answer judgeSamples(Matcher samples) {
    int count = 0;
    String last = "";
    while (samples.find()) {
      count++;
      last = samples.group(1);
      double number = number(last);
      if (Double.isNaN(number)) {
        return Answer.unknown("a sample is " + Quoting.quote(last) + ", no number");
      }
      if (!probe.relation().holds(number, probe.bound())) {
        return Answer.fail("a sample is " + last + ", expected " + condition());
      }
    }
    if (count == 0) {
      return switch (probe.empty()) {
        case PASS -> Answer.pass("no samples");
        case FAIL -> Answer.fail("no samples");
        case UNKNOWN -> Answer.unknown("no samples");
      };
    }
    return Answer.pass(
        (count == 1 ? "the sample is " + last : "all " + count + " samples are")
            + " as expected, "
            + condition());
  }

  private String condition() {
    return probe.relation().sign() + " " + probe.bound();
  }

  /** As Prometheus writes numbers: also {@code +Inf}, {@code -Inf}, {@code NaN}. */
  private static double number(String text) {
    return switch (text) {
      case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> {
        try {
          yield Double.parseDouble(text);
        } catch (NumberFormatException e) {
          yield Double.NaN;
        }
      }
    };
  }
}

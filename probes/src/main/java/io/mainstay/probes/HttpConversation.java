package io.mainstay.probes;

import io.mainstay.model.Address;
import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.model.spec.Checks.StatusRange;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One HTTP/1.1 request on a connection of its own. */
final class HttpConversation implements Conversation {
  private final Probe.Http probe;
  private final Address address;
  private final HttpReader reader;

  HttpConversation(Probe.Http probe, Address address) {
    this.probe = probe;
    this.address = address;
    this.reader = new HttpReader(probe.method().equals("HEAD"));
  }

  @Override
  public byte[] opening() {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.put("Host", address.toString());
    headers.put("User-Agent", "mainstay-check");
    headers.put("Accept", "*/*");
    if (List.of("POST", "PUT", "PATCH").contains(probe.method())) {
      headers.put("Content-Length", "0");
    }
    headers.putAll(probe.headers());
    headers.put("Connection", "close");
    StringBuilder text = new StringBuilder(160);
    text.append(probe.method()).append(' ').append(probe.path()).append(" HTTP/1.1\r\n");
    headers.forEach(
        (name, value) -> text.append(name).append(": ").append(oneLine(value)).append("\r\n"));
    return text.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public Optional<Answer> sent() {
    return Optional.empty();
  }

  @Override
  public Optional<Answer> came(ByteBuffer bytes) {
    try {
      reader.take(bytes);
      return judge();
    } catch (HttpReader.Malformed e) {
      return Optional.of(judgeMalformed(e));
    }
  }

  @Override
  public Answer ended() {
    try {
      reader.end();
      return judge().orElseThrow();
    } catch (HttpReader.Malformed e) {
      return judgeMalformed(e);
    }
  }

  @Override
  public boolean isPolite() {
    return !reader.isComplete();
  }

  /** A body that is not looked at may be as it likes. */
  private Answer judgeMalformed(HttpReader.Malformed e) {
    return judge().orElseGet(() -> Answer.fail(e.getMessage()));
  }

  private Optional<Answer> judge() {
    if (!reader.hasHead()) {
      return Optional.empty();
    }
    int status = reader.status();
    if (probe.status().stream().noneMatch(range -> range.contains(status))) {
      return Optional.of(Answer.fail("HTTP " + status + ", expected " + ranges(probe.status())));
    }
    if (probe.body().isEmpty()) {
      return Optional.of(Answer.pass("HTTP " + status));
    }
    return reader.isComplete()
        ? Optional.of(judgeBody(probe.body().get(), status))
        : Optional.empty();
  }

  private Answer judgeBody(String wanted, int status) {
    String body = reader.body();
    return body.contains(wanted)
        ? Answer.pass("HTTP " + status + ", body as expected")
        : Answer.fail(
            "HTTP "
                + status
                + ", but the body does not contain "
                + Quoting.quote(wanted)
                + ": "
                + Quoting.quote(body));
  }

  /** A variable that was expanded into a header must not add another one. */
  private static String oneLine(String value) {
    return value.replace('\r', ' ').replace('\n', ' ');
  }

  private static String ranges(List<StatusRange> ranges) {
    return ranges.stream()
        .map(range ->
            range.from() == range.to() ? "" + range.from() : range.from() + "-" + range.to())
        .collect(Collectors.joining(", "));
  }
}

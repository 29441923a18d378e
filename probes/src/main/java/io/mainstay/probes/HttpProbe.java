package io.mainstay.probes;

import io.mainstay.model.Address;
import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.model.spec.Checks.StatusRange;
import io.mainstay.probes.NetworkProber.Answer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One HTTP/1.1 request on a connection of its own. */
final class HttpProbe {
  /** How long the rest of an answer is read that does not matter, so that no reset is sent. */
  private static final long POLITENESS = Duration.ofMillis(100).toNanos();

  private HttpProbe() {}

  static Answer ask(Probe.Http probe, Address address, Socket socket) throws IOException {
    socket.getOutputStream().write(request(probe, address).getBytes(StandardCharsets.UTF_8));
    InputStream in = new BufferedInputStream(socket.getInputStream());
    HttpAnswer answer;
    try {
      answer = HttpAnswer.readHead(in);
    } catch (HttpAnswer.Malformed e) {
      return Answer.fail(e.getMessage());
    }
    boolean accepted = probe.status().stream().anyMatch(range -> range.contains(answer.status()));
    if (!accepted) {
      skipRest(socket, in);
      return Answer.fail("HTTP " + answer.status() + ", expected " + ranges(probe.status()));
    }
    if (probe.body().isEmpty()) {
      skipRest(socket, in);
      return Answer.pass("HTTP " + answer.status());
    }
    return judgeBody(probe, answer, in);
  }

  private static Answer judgeBody(Probe.Http probe, HttpAnswer answer, InputStream in)
      throws IOException {
    Optional<String> wanted = probe.body();
    String body;
    try {
      body = probe.method().equals("HEAD") ? "" : answer.readBody(in);
    } catch (HttpAnswer.Malformed e) {
      return Answer.fail(e.getMessage());
    }
    return body.contains(wanted.orElse(""))
        ? Answer.pass("HTTP " + answer.status() + ", body as expected")
        : Answer.fail(
            "HTTP "
                + answer.status()
                + ", but the body does not contain "
                + TcpProbe.quote(wanted.orElse(""))
                + ": "
                + TcpProbe.quote(body));
  }

  private static String request(Probe.Http probe, Address address) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.put("Host", address.toString());
    headers.put("User-Agent", "mainstay-check");
    headers.put("Accept", "*/*");
    if (List.of("POST", "PUT", "PATCH").contains(probe.method())) {
      headers.put("Content-Length", "0");
    }
    headers.putAll(probe.headers());
    headers.put("Connection", "close");
    return headers.entrySet().stream()
        .map(header -> header.getKey() + ": " + oneLine(header.getValue()) + "\r\n")
        .collect(
            Collectors.joining("", probe.method() + " " + probe.path() + " HTTP/1.1\r\n", "\r\n"));
  }

  /** A variable that was expanded into a header must not add another one. */
  private static String oneLine(String value) {
    return value.replaceAll("[\\r\\n]", " ");
  }

  private static String ranges(List<StatusRange> ranges) {
    return ranges.stream()
        .map(range ->
            range.from() == range.to() ? "" + range.from() : range.from() + "-" + range.to())
        .collect(Collectors.joining(", "))
        .toLowerCase(Locale.ROOT);
  }

  private static void skipRest(Socket socket, InputStream in) {
    byte[] block = new byte[4096];
    long begin = System.nanoTime();
    int total = 0;
    try {
      socket.setSoTimeout((int) (POLITENESS / 1_000_000));
      while (total < HttpAnswer.MOST && System.nanoTime() - begin < POLITENESS) {
        int count = in.read(block);
        if (count < 0) {
          return;
        }
        total += count;
      }
    } catch (IOException e) {
      // The answer is known; how the rest of it goes does not matter.
    }
  }
}

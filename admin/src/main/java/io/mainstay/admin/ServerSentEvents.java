package io.mainstay.admin;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Writes the format of server-sent events (WHATWG HTML, section 9.2). One thread. */
final class ServerSentEvents {
  private final OutputStream out;
  private final Limits limits;

  ServerSentEvents(OutputStream out, Limits limits) {
    this.out = out;
    this.limits = limits;
  }

  /**
   * One event.
   *
   * @param id for {@code Last-Event-ID}, if it can be resumed from
   * @param name its kind, without line ends; without one it is a {@code message}
   * @param data any text; lines become lines of data
   */
  void event(Optional<String> id, Optional<String> name, String data) throws IOException {
    StringBuilder text = new StringBuilder(data.length() + 64);
    id.ifPresent(value -> text.append("id: ").append(value).append('\n'));
    name.ifPresent(value -> text.append("event: ").append(value).append('\n'));
    data.lines().forEach(line -> text.append("data: ").append(line).append('\n'));
    if (data.isEmpty()) {
      text.append("data: \n");
    }
    write(text.append('\n').toString());
  }

  /** A comment: tells both ends that the other is still there. */
  void heartbeat() throws IOException {
    write(": alive\n\n");
  }

  /** How long a client is to wait before it connects again, in milliseconds. */
  void retry(int millis) throws IOException {
    write("retry: " + millis + "\n\n");
  }

  private void write(String text) throws IOException {
    try (Limits.Watch _ = limits.watch()) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }
}

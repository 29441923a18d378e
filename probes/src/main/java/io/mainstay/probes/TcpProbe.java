package io.mainstay.probes;

import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.probes.NetworkProber.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A connect, then what is to be sent and what is to come back. */
final class TcpProbe {
  private static final int MOST = 64 * 1024;
  private static final int SHOWN = 60;

  private TcpProbe() {}

  static Answer ask(Probe.Tcp probe, Socket socket) throws IOException {
    if (probe.send().isPresent()) {
      socket.getOutputStream().write(Escapes.bytes(probe.send().get()));
    }
    if (probe.expect().isEmpty()) {
      return Answer.pass("connected");
    }
    String expected = latin(Escapes.bytes(probe.expect().get()));
    ByteArrayOutputStream came = new ByteArrayOutputStream();
    byte[] block = new byte[4096];
    InputStream in = socket.getInputStream();
    while (came.size() < MOST) {
      int count = in.read(block);
      if (count < 0) {
        break;
      }
      came.write(block, 0, count);
      if (latin(came.toByteArray()).contains(expected)) {
        return Answer.pass("answered as expected");
      }
    }
    return Answer.fail("expected " + quote(expected) + ", got " + quote(latin(came.toByteArray())));
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** One line of what was seen, with nothing in it that a terminal would obey. */
  static String quote(String text) {
    String line = text.replace("\r", "\\r").replace("\n", "\\n").replaceAll("[^\\x20-\\x7e]", "?");
    return '"' + (line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line) + '"';
  }
}

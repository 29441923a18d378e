package io.mainstay.probes;

import io.mainstay.model.spec.Checks.Probe;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A connect, then what is to be sent and what is to come back. */
final class TcpConversation implements Conversation {
  private static final int MOST = 64 * 1024;

  private final byte[] opening;
  private final Optional<String> expected;
  private final StringBuilder came = new StringBuilder();

  TcpConversation(Probe.Tcp probe) {
    opening = probe.send().map(Escapes::bytes).orElseGet(() -> new byte[0]);
    expected =
        probe.expect().map(text -> new String(Escapes.bytes(text), StandardCharsets.ISO_8859_1));
  }

  @Override
  public byte[] opening() {
    return opening;
  }

  @Override
  public Optional<Answer> sent() {
    return expected.isEmpty() ? Optional.of(Answer.pass("connected")) : Optional.empty();
  }

  @Override
  public Optional<Answer> came(ByteBuffer bytes) {
    String wanted = expected.orElse("");
    // Only where it may have become complete: who answers byte by byte must not cost the square.
    int from = Math.max(0, came.length() - wanted.length() + 1);
    came.append(StandardCharsets.ISO_8859_1.decode(bytes));
    if (came.indexOf(wanted, from) >= 0) {
      return Optional.of(Answer.pass("answered as expected"));
    }
    return came.length() < MOST ? Optional.empty() : Optional.of(ended());
  }

  @Override
  public Answer ended() {
    return Answer.fail(
        "expected "
            + Quoting.quote(expected.orElse(""))
            + ", got "
            + Quoting.quote(came.toString()));
  }

  @Override
  public boolean isPolite() {
    return false;
  }
}

package io.mainstay.business;

import io.mainstay.probes.GrpcCall;
import io.mainstay.probes.GrpcCall.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Calls of gRPC over connections of their own, blocking. Whoever gives up interrupts the virtual
 * thread, which closes the connection.
 *
 * @param entrance whom to ask
 * @param metadata names in lower case
 * @param trust whose certificates are good
 */
record GrpcExchange(Entrance entrance, List<Map.Entry<String, String>> metadata, Trust trust) {
  /** What a message of an answer may have. */
  static final int MOST_BYTES = 1 << 20;

  private static final int PREFIX = 5;
  private static final int PIECE = 16 * 1024;

  /**
   * Asks.
   *
   * @param method the service in full, a slash, the method
   * @param own names and values beside those of all calls
   */
  Outcome.Ended ask(String method, byte[] message, List<Map.Entry<String, String>> own)
      throws StepFailure {
    List<Map.Entry<String, String>> all = new ArrayList<>(metadata);
    all.addAll(own);
    byte[] framed =
        ByteBuffer.allocate(PREFIX + message.length)
            .put((byte) 0)
            .putInt(message.length)
            .put(message)
            .array();
    GrpcCall call =
        new GrpcCall(
            new GrpcCall.Request(
                "/" + method, entrance.host(), entrance.tls(), all, framed, MOST_BYTES));
    return switch (carry(call)) {
      case Outcome.Ended ended -> ended;
      case Outcome.Broken(String reason) ->
          throw StepFailure.failed(entrance.shown() + ": " + reason);
    };
  }

  /**
   * The one message of an answer.
   *
   * @throws StepFailure if there is none, or more than one, or it is compressed
   */
  static byte[] message(Outcome.Ended ended) throws StepFailure {
    ByteBuffer data = ByteBuffer.wrap(ended.data());
    if (data.remaining() < PREFIX) {
      throw StepFailure.failed("the answer has no message");
    }
    if (data.get() != 0) {
      throw StepFailure.failed("the answer is compressed, which was not asked for");
    }
    if (data.getInt() != data.remaining()) {
      throw StepFailure.failed("the answer is not one whole message of gRPC");
    }
    byte[] message = new byte[data.remaining()];
    data.get(message);
    return message;
  }

  private Outcome carry(GrpcCall call) throws StepFailure {
    try (Socket plain = new Socket()) {
      plain.connect(entrance.address());
      plain.setTcpNoDelay(true);
      try (Socket socket =
          entrance.tls()
              ? trust.secured(plain, entrance.host(), entrance.own(), List.of("h2"))
              : plain) {
        return talk(call, socket);
      }
    } catch (IOException e) {
      String reason = entrance.shown() + ": " + Quoting.message(e);
      throw HttpStep.isShortage(e) ? StepFailure.unknown(reason) : StepFailure.failed(reason);
    }
  }

  private static Outcome talk(GrpcCall call, Socket socket) throws IOException {
    socket.getOutputStream().write(call.opening());
    InputStream in = socket.getInputStream();
    byte[] piece = new byte[PIECE];
    while (true) {
      int count = in.read(piece);
      if (count < 0) {
        return call.ended();
      }
      Optional<Outcome> outcome = call.came(ByteBuffer.wrap(piece, 0, count));
      if (outcome.isPresent()) {
        return outcome.get();
      }
      byte[] reply = call.reply();
      if (reply.length > 0) {
        socket.getOutputStream().write(reply);
      }
    }
  }
}

package io.mainstay.probes;

import io.mainstay.model.Address;
import io.mainstay.ports.Prober.Outcome;
import java.io.ByteArrayOutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Another conversation within TLS. Whether certificates are to be trusted is not asked: the
 * question is whether a service answers, and its authority need not be known here.
 */
final class TlsConversation implements Conversation {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private static volatile boolean loaded;

  private final Conversation inside;
  private final Optional<String> serverName;
  private final List<String> protocols;
  private final Address address;
  private final ByteArrayOutputStream toSend = new ByteArrayOutputStream();
  private ByteBuffer cipher = NOTHING;
  private @Nullable Engine engine;
  private boolean open;
  private boolean told;

  /**
   * Around another one.
   *
   * @param serverName which name the server is asked for; empty: that of its address, if it has one
   * @param protocols offered by ALPN (RFC 7301); empty: none
   */
  TlsConversation(
      Conversation inside, Address address, Optional<String> serverName, List<String> protocols) {
    this.inside = inside;
    this.address = address;
    this.serverName = serverName;
    this.protocols = List.copyOf(protocols);
  }

  @Override
  public Outcome inVain() {
    return inside.inVain();
  }

  @Override
  public boolean isLoaded() {
    return loaded && inside.isLoaded();
  }

  /** The classes of TLS take a fifth of a second. */
  @Override
  public void load() {
    if (!inside.isLoaded()) {
      inside.load();
    }
    new TlsConversation(inside, address, serverName, protocols).opening();
    loaded = true;
  }

  @Override
  public byte[] opening() {
    try {
      Engine made = new Engine(address, serverName, protocols);
      engine = made;
      made.ssl.beginHandshake();
      made.wrap(NOTHING, toSend);
      return reply();
    } catch (SSLException e) {
      throw new IllegalStateException("TLS is not to be had here", e);
    }
  }

  /** Once the handshake is over and what the other conversation opens with is on its way. */
  @Override
  public Optional<Answer> sent() {
    if (!open || told) {
      return Optional.empty();
    }
    told = true;
    return inside.sent();
  }

  @Override
  public Optional<Answer> came(ByteBuffer bytes) {
    cipher =
        ByteBuffer.allocate(cipher.remaining() + bytes.remaining()).put(cipher).put(bytes).flip();
    try {
      Optional<Answer> answer = goOn();
      // If nothing is left to be sent, nobody will say that it was.
      return answer.isEmpty() && toSend.size() == 0 ? sent() : answer;
    } catch (SSLException e) {
      return Optional.of(Answer.fail("TLS: " + e.getMessage()));
    }
  }

  @Override
  public byte[] reply() {
    byte[] bytes = toSend.toByteArray();
    toSend.reset();
    return bytes;
  }

  @Override
  public Answer ended() {
    return open ? inside.ended() : Answer.fail("the server broke off the handshake of TLS");
  }

  @Override
  public boolean isPolite() {
    return inside.isPolite();
  }

  private Optional<Answer> goOn() throws SSLException {
    Engine current = engine;
    if (current == null) {
      throw new IllegalStateException("nothing was sent yet");
    }
    while (true) {
      switch (current.ssl.getHandshakeStatus()) {
        case NEED_TASK -> current.work();
        case NEED_WRAP -> current.wrap(NOTHING, toSend);
        case NOT_HANDSHAKING, FINISHED, NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          if (!open && current.isOpen()) {
            open = true;
            current.wrap(ByteBuffer.wrap(inside.opening()), toSend);
          }
          SSLEngineResult result = current.unwrap(cipher);
          if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
            return Optional.of(ended());
          }
          if (result.bytesProduced() > 0) {
            Optional<Answer> answer = inside.came(current.plain());
            if (answer.isPresent()) {
              return answer;
            }
            current.wrap(ByteBuffer.wrap(inside.reply()), toSend);
          } else if (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW
              || (result.bytesConsumed() == 0 && !isBusy(result.getHandshakeStatus()))) {
            return Optional.empty();
          }
        }
      }
    }
  }

  private static boolean isBusy(HandshakeStatus status) {
    return status == HandshakeStatus.NEED_TASK || status == HandshakeStatus.NEED_WRAP;
  }

  /** The engine of the JDK with the room that it needs. */
  private static final class Engine {
    private static final SSLContext CONTEXT = context();

    final SSLEngine ssl;
    private ByteBuffer plain;
    private final ByteBuffer sealed;

    Engine(Address address, Optional<String> serverName, List<String> protocols) {
      ssl = CONTEXT.createSSLEngine(address.host(), address.port());
      ssl.setUseClientMode(true);
      SSLParameters parameters = ssl.getSSLParameters();
      serverName.ifPresent(name -> parameters.setServerNames(List.of(new SNIHostName(name))));
      parameters.setApplicationProtocols(protocols.toArray(String[]::new));
      ssl.setSSLParameters(parameters);
      plain = ByteBuffer.allocate(ssl.getSession().getApplicationBufferSize());
      sealed = ByteBuffer.allocate(ssl.getSession().getPacketBufferSize());
    }

    boolean isOpen() {
      HandshakeStatus status = ssl.getHandshakeStatus();
      return status == HandshakeStatus.NOT_HANDSHAKING || status == HandshakeStatus.FINISHED;
    }

    /** On the loop: a handshake takes it a millisecond, and two threads would need a lock. */
    void work() {
      for (Runnable task = ssl.getDelegatedTask(); task != null; task = ssl.getDelegatedTask()) {
        task.run();
      }
    }

    void wrap(ByteBuffer bytes, ByteArrayOutputStream to) throws SSLException {
      do {
        SSLEngineResult result = ssl.wrap(bytes, sealed.clear());
        to.write(sealed.array(), 0, sealed.position());
        if (result.getStatus() != SSLEngineResult.Status.OK) {
          throw new SSLException("nothing can be sent: " + result.getStatus());
        }
      } while (bytes.hasRemaining());
    }

    SSLEngineResult unwrap(ByteBuffer cipher) throws SSLException {
      SSLEngineResult result = ssl.unwrap(cipher, plain.clear());
      if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
        plain = ByteBuffer.allocate(ssl.getSession().getApplicationBufferSize());
        result = ssl.unwrap(cipher, plain);
      }
      return result;
    }

    ByteBuffer plain() {
      return plain.flip();
    }

    private static SSLContext context() {
      try {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Trusting()}, null);
        return context;
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("TLS is not to be had here", e);
      }
    }
  }

  /** Takes every certificate. */
  private static final class Trusting extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}

package io.mainstay.gateway.tls;

import io.mainstay.model.spec.ListenerSpec;
import io.mainstay.model.spec.ListenerSpec.Certificate;
import io.mainstay.model.spec.ListenerSpec.Tls;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.util.Mapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * TLS of one listener. Files that changed are read again; if they do not fit, the certificates that
 * were in use stay. Handlers are made on any thread; {@link #reload} is called by one thread.
 */
public final class TlsTermination {
  private final Tls tls;
  private final ListenerSpec.Protocol protocol;
  private volatile TlsContexts contexts;
  private List<String> fingerprint;

  /**
   * Reads the certificates, or makes one.
   *
   * @throws IOException if they cannot be read or do not fit
   */
  public TlsTermination(Tls tls, ListenerSpec.Protocol protocol, Instant now) throws IOException {
    this.tls = tls;
    this.protocol = protocol;
    this.fingerprint = fingerprint();
    this.contexts = TlsContexts.load(tls, protocol, now);
  }

  /** What {@link #reload} found. */
  public enum Reload {
    /** Nothing changed. */
    SAME,
    /** New certificates are in use. */
    DONE
  }

  /**
   * Looks whether files changed, and reads them again if so.
   *
   * @throws IOException if they changed but do not fit: those in use stay; thrown once a change
   */
  public Reload reload(Instant now) throws IOException {
    List<String> present = fingerprint();
    if (present.equals(fingerprint)) {
      return Reload.SAME;
    }
    fingerprint = present;
    contexts = TlsContexts.load(tls, protocol, now);
    return Reload.DONE;
  }

  private List<String> fingerprint() {
    List<String> marks = new ArrayList<>();
    for (Certificate certificate : tls.certificates()) {
      marks.add(mark(certificate.certificateChain()));
      marks.add(mark(certificate.privateKey()));
    }
    return marks;
  }

  private static String mark(Path file) {
    try {
      var attributes = Files.readAttributes(file, "unix:size,lastModifiedTime,ino,ctime");
      return new java.util.TreeMap<>(attributes).toString();
    } catch (IOException | UnsupportedOperationException e) {
      return "unreadable: " + e.getMessage();
    }
  }

  /** The handler that ends TLS on a new connection, by the server name that the client gives. */
  public ChannelHandler handler() {
    Mapping<String, SslContext> mapping = name -> contexts.of(name);
    return new SniHandler(mapping);
  }
}

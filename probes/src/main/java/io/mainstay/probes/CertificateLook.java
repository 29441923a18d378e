package io.mainstay.probes;

import io.mainstay.model.Address;
import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.ports.Prober;
import io.mainstay.ports.Prober.Outcome;
import io.mainstay.probes.Conversation.Answer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * How long the certificates that a TLS server shows are good. Whether they are to be trusted is not
 * asked: a service with an authority of its own is well, and one that is trusted expires as well.
 */
record CertificateLook(Probe.Certificate probe) implements Look {
  private static final int DNS_NAME = 2;

  /** A server that does not answer is not well. */
  @Override
  public Outcome inVain() {
    return Outcome.FAIL;
  }

  @Override
  public Answer look(Prober.Request request) throws IOException {
    Address address = request.address().orElseThrow();
    int port = probe.port().orElse(address.port());
    List<X509Certificate> shown = new ArrayList<>();
    int patience = Math.toIntExact(Math.clamp(request.timeout().toMillis(), 1, 600_000));
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(address.host(), port), patience);
      plain.setSoTimeout(patience);
      handshake(plain, address.host(), port, shown);
    } catch (IOException e) {
      // A server that asks for a certificate of ours breaks off after it has shown its own.
      if (shown.isEmpty()) {
        throw e;
      }
    }
    return shown.isEmpty() ? Answer.fail("no certificate was shown") : judge(shown, Instant.now());
  }

  private void handshake(Socket plain, String host, int port, List<X509Certificate> shown)
      throws IOException {
    SSLContext context;
    try {
      context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Taking(shown)}, new SecureRandom());
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS is not to be had here", e);
    }
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true)) {
      SSLParameters parameters = socket.getSSLParameters();
      probe
          .serverName()
          .ifPresent(name -> parameters.setServerNames(List.of(new SNIHostName(name))));
      socket.setSSLParameters(parameters);
      socket.startHandshake();
    }
  }

  /** Pure: what the chain is worth at a time, its server's own certificate first. */
  Answer judge(List<X509Certificate> chain, Instant now) {
    X509Certificate own = chain.getFirst();
    if (probe.serverName().isPresent() && !names(own).stream().anyMatch(this::isAskedFor)) {
      return Answer.fail(
          "the certificate is for " + names(own) + ", not for " + probe.serverName().get());
    }
    X509Certificate first = own;
    for (X509Certificate one : chain) {
      if (now.isBefore(one.getNotBefore().toInstant())) {
        return Answer.fail(subject(one) + " is not good before " + one.getNotBefore().toInstant());
      }
      if (one.getNotAfter().toInstant().isBefore(first.getNotAfter().toInstant())) {
        first = one;
      }
    }
    Instant end = first.getNotAfter().toInstant();
    Duration left = Duration.between(now, end);
    if (left.isNegative()) {
      return Answer.fail(subject(first) + " expired at " + end);
    }
    Outcome outcome =
        left.compareTo(probe.fail()) < 0
            ? Outcome.FAIL
            : left.compareTo(probe.warn()) < 0 ? Outcome.WARNING : Outcome.PASS;
    return new Answer(outcome, subject(first) + " expires in " + Spans.shown(left) + ", at " + end);
  }

  private boolean isAskedFor(String name) {
    String asked = probe.serverName().orElseThrow().toLowerCase(Locale.ROOT);
    String given = name.toLowerCase(Locale.ROOT);
    // RFC 6125, section 6.4.3: a star stands for the whole first label.
    int dot = asked.indexOf('.');
    return asked.equals(given)
        || (given.startsWith("*.") && dot > 0 && asked.substring(dot).equals(given.substring(1)));
  }

  private static List<String> names(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        for (List<?> alternative : alternatives) {
          if (alternative.getFirst() instanceof Integer kind && kind == DNS_NAME) {
            names.add(String.valueOf(alternative.getLast()));
          }
        }
      }
    } catch (CertificateParsingException e) {
      return List.of();
    }
    return names;
  }

  private static String subject(X509Certificate certificate) {
    return Quoting.quote(certificate.getSubjectX500Principal().getName());
  }

  /** Takes what is shown and trusts it: nothing is said to this server. */
  private record Taking(List<X509Certificate> shown) implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
      shown.addAll(List.of(chain));
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}

package io.mainstay.model.spec;

import io.mainstay.model.Address;
import io.mainstay.model.ServiceName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * An address that accepts traffic, and which requests go to which service.
 *
 * @param name unique in the deployment
 * @param bind where; host {@code 0.0.0.0} or {@code ::} for all
 * @param protocol what is spoken
 * @param tls termination; empty: plain text
 * @param limits of what clients may send
 * @param routes the first match wins; for tcp exactly one without conditions
 */
public record ListenerSpec(
    String name,
    Address bind,
    Protocol protocol,
    Optional<Tls> tls,
    Limits limits,
    List<Route> routes) {

  /** Copies the list. */
  public ListenerSpec {
    routes = List.copyOf(routes);
  }

  /** What a listener speaks. */
  public enum Protocol {
    HTTP,
    TCP
  }

  /**
   * TLS termination. Changed files are reloaded.
   *
   * @param certificates chosen by server name; the first is the default
   * @param selfSigned made at start, when no files are named
   */
  public record Tls(List<Certificate> certificates, boolean selfSigned) {
    /** Copies the list. */
    public Tls {
      certificates = List.copyOf(certificates);
    }
  }

  /**
   * PEM files.
   *
   * @param certificateChain absolute
   * @param privateKey absolute
   */
  public record Certificate(Path certificateChain, Path privateKey) {}

  /**
   * What clients may send.
   *
   * @param headerBytes request line and headers together
   * @param targetBytes the request target
   * @param headerTimeout from the first byte to the end of the headers
   * @param idleTimeout of a connection without a request
   * @param connections at once
   */
  public record Limits(
      int headerBytes,
      int targetBytes,
      Duration headerTimeout,
      Duration idleTimeout,
      int connections) {}

  /**
   * One rule; empty conditions match everything.
   *
   * @param host without port, lower case
   * @param path exact, or a prefix that ends in {@code /*}; the prefix also matches without the
   *     slash
   * @param methods upper case
   * @param headers names (lower case) and exact values
   * @param service where matching requests go
   * @param timeout in place of the service's response time-out
   */
  public record Route(
      Optional<String> host,
      Optional<String> path,
      List<String> methods,
      SequencedMap<String, String> headers,
      ServiceName service,
      Optional<Duration> timeout) {
    /** Copies the collections. */
    public Route {
      methods = List.copyOf(methods);
      headers = ServiceSpec.copy(headers);
    }
  }
}

package io.mainstay.spec.grammar;

import static io.mainstay.spec.grammar.Forms.POSITIVE_DURATION;

import io.mainstay.spec.grammar.Shape.Harmless;
import io.mainstay.spec.grammar.Shape.ListOf;
import io.mainstay.spec.grammar.Shape.MapOf;
import io.mainstay.spec.grammar.Shape.OneOf;
import java.util.List;

/** The whole file: the one table of its keys. */
public final class FileKeys {
  private static final Section CERTIFICATE =
      Section.of(
          Key.required("cert", Forms.PATH, "PEM chain, relative to this file."),
          Key.required("key", Forms.PATH, "PEM key, relative to this file."));

  private static final Section TLS =
      Section.of(
              Key.of(
                  "certificates",
                  new ListOf(CERTIFICATE, 1, false),
                  "Chosen by server name; the first is the default. Changed files are reloaded."),
              Key.of("self-signed", Rules.flag(), "One made at start."))
          .exactlyOneOf("certificates", "self-signed");

  private static final Section LIMITS =
      Section.of(
          Key.of("header", Rules.size(1024, 16 << 20), "Request line and headers.").or("64KiB"),
          Key.of("target", Rules.size(256, 1 << 20), "The request target.").or("16KiB"),
          Key.of("header-timeout", POSITIVE_DURATION, "To the end of the headers.").or("10s"),
          Key.of("idle-timeout", POSITIVE_DURATION, "Of a connection without a request.").or("60s"),
          Key.of("connections", Rules.integer(1, 10_000_000), "At once.").or("10000"));

  private static final Section ROUTE =
      Section.of(
          Key.of(
              "host",
              Rules.text("a host name without port", "[A-Za-z0-9._-]+|\\[[0-9a-fA-F:.]+\\]"),
              "Without port."),
          Key.of(
              "path",
              Rules.text(
                  "a path such as /cart, or a prefix such as /api/*", "/[!-)+-~]*(?:/\\*)?|/\\*"),
              "Exact, or a prefix that ends in /*, which also matches without the slash."),
          Key.of(
              "method",
              new OneOf(List.of(Forms.METHOD, new ListOf(Forms.METHOD, 1, true))),
              "One or several."),
          Key.of("header", new MapOf(Forms.HEADER_NAME, Forms.HEADER_VALUE), "Exact values."),
          Key.required("service", Forms.SERVICE, "Where matching requests go."),
          Key.of("timeout", POSITIVE_DURATION, "In place of timeouts.response."));

  private static final Section LISTENER =
      Section.of(
          Key.required("bind", Forms.BIND, "HOST:PORT, or a port for all addresses."),
          Key.of("protocol", Rules.word("http", "tcp"), "What is spoken.").or("http"),
          Key.of("tls", TLS, "Termination."),
          Key.of("proxy-protocol", new Shape.Later(Harmless.OFF), "The PROXY protocol."),
          Key.of("limits", LIMITS, "What clients may send."),
          Key.required(
              "routes",
              new ListOf(ROUTE, 1, false),
              "The first match wins; no match: 404. For tcp one, without conditions."));

  /** The whole file. */
  public static final Section FILE =
      new Section(
          List.of(
              Key.required(
                  "services",
                  new MapOf(Forms.SERVICE_NAME, ServiceKeys.SERVICE),
                  "What to keep up, by name."),
              Key.of(
                  "listeners",
                  new MapOf(
                      Rules.text("1 to 40 characters of a-z, 0-9 and '-'", "[a-z0-9-]{1,40}"),
                      LISTENER),
                  "Addresses that accept traffic, by name."),
              Key.of(
                  "pools",
                  new MapOf(NodeKeys.POOL_NAME, NodeKeys.POOL),
                  "Machines that come and go with the need, by name.")),
          List.of(),
          false,
          true);

  private FileKeys() {}
}

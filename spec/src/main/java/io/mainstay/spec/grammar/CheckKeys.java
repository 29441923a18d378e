package io.mainstay.spec.grammar;

import static io.mainstay.spec.grammar.Forms.DURATION;
import static io.mainstay.spec.grammar.Forms.POSITIVE_DURATION;

import io.mainstay.spec.grammar.Shape.ListOf;
import io.mainstay.spec.grammar.Shape.OneOf;
import java.util.ArrayList;
import java.util.List;

/** The keys below {@code checks}. */
final class CheckKeys {
  private static final String[] KINDS = {
    "http",
    "tcp",
    "run",
    "push",
    "agent",
    "certificate",
    "promql",
    "file",
    "disk",
    "grpc",
    "sql",
    "jvm",
    "log"
  };

  private static final Rule STATUS =
      Rules.digitsOrText(
          "a status or a range such as 200-299", "[1-5][0-9]{2}(?:-[1-5][0-9]{2})?", 100, 599);

  private static final Rule TEXT = Rules.anyText("a text").withNames();

  /** Statuses of answers that pass. */
  static final Shape STATUSES =
      new OneOf(
          "a status, a range such as 200-299, or a list of them",
          List.of(STATUS, new ListOf(STATUS, 1, true)));

  /** The path of an HTTP check. */
  static final Rule PATH = Rules.text("a path that begins with /", "/[!-~]*").withNames();

  private static final Rule HOST_NAME = Rules.text("the name of a host", "[A-Za-z0-9._-]{1,253}");

  private static final Key TLS =
      Key.of("tls", Rules.flag(), "Whether to speak TLS. Certificates are not verified.")
          .or("false");

  private static final Key SERVER_NAME = Key.of("server-name", HOST_NAME, "Asked for by SNI.");

  private static final Section HTTP =
      Section.of(
          Key.of("path", PATH, "What to ask for, with query.").or("/"),
          Key.of("method", Forms.METHOD, "How to ask.").or("GET"),
          Key.of("status", STATUSES, "Statuses that pass.").or("200-299"),
          Key.of("body", TEXT, "Text that the body must contain."),
          Key.of("headers", Forms.headers(), "Headers to send."),
          TLS,
          SERVER_NAME);

  private static final Section TCP =
      Section.of(
          Key.of("send", TEXT, "Text to send after the connect."),
          Key.of("expect", TEXT, "Text that must come back."),
          TLS,
          SERVER_NAME);

  private static final Section AGENT =
      Section.of(
          Key.required("port", Forms.PORT_NUMBER, "Where the agent listens."),
          Key.of("send", TEXT, "Text to send after the connect."));

  private static final Section GRPC =
      Section.of(
          Key.of("service", TEXT, "Of which the server is asked. Default: the server itself.")
              .or(""),
          Key.of("port", Forms.PORT_NUMBER, "Where gRPC is spoken. Default: the instance's port."),
          TLS,
          SERVER_NAME);

  private static final Section CERTIFICATE =
      Section.of(
          Key.of("port", Forms.PORT_NUMBER, "Where TLS is spoken. Default: the instance's port."),
          Key.of("server-name", HOST_NAME, "Asked for by SNI, and held against the certificate."),
          Key.of("warn", DURATION, "Less time left is a warning.").or("21d"),
          Key.of("fail", DURATION, "Less time left is a failure.").or("3d"));

  /** Which Prometheus. */
  static final Key PROMETHEUS =
      Key.of(
              "url",
              Rules.text(
                  "http://HOST:PORT of a Prometheus, as http://127.0.0.1:9090",
                  "http://" + Forms.HOST + ":" + Forms.PORT + "(?:/[A-Za-z0-9._~/-]*)?"),
              "The Prometheus to ask.")
          .or("http://127.0.0.1:9090");

  private static final Section PROMQL =
      Section.of(
          PROMETHEUS,
          Key.required("query", Forms.NONBLANK.withNames(), "An instant query."),
          Key.required(
              "expect",
              Rules.text(
                  "a condition such as \"< 0.05\"",
                  "(?:<=?|>=?|==|!=) *-?[0-9]{1,15}(?:\\.[0-9]{1,9})?"),
              "What every sample must be."),
          Key.of("empty", Rules.word("pass", "fail", "unknown"), "What no sample means.")
              .or("unknown"));

  private static final Section FILE =
      Section.of(
          Key.required("path", Forms.PATH_WITH_NAMES, "Relative to the folder of the service."),
          Key.of("exists", Rules.flag(), "false: passes only while there is none.").or("true"),
          Key.of("max-age", POSITIVE_DURATION, "The longest time since its last change."),
          Key.of("min-size", Rules.size(0, 1L << 50), "The least size.").or("0B"));

  private static final Section INODES =
      Section.of(
          Key.of("warn", Rules.share(100), "Fewer free are a warning.").or("10%"),
          Key.of("fail", Rules.share(100), "Fewer free are a failure.").or("5%"));

  private static final Section DISK =
      Section.of(
          Key.of("path", Forms.PATH_WITH_NAMES, "A path on the file system to look at.").or("."),
          Key.of("warn", Rules.sizeOrShare(), "Less free is a warning.").or("10%"),
          Key.of("fail", Rules.sizeOrShare(), "Less free is a failure.").or("5%"),
          Key.of("inodes", INODES, "How many files it must still have room for."));

  private static final Section SQL =
      Section.of(
          Key.required("url", Forms.NONBLANK.withNames(), "Of JDBC."),
          Key.required("query", Forms.NONBLANK, "With question marks for values."),
          Key.of("with", new ListOf(TEXT, 0, false), "The values."),
          Key.of(
              "expect",
              TEXT,
              "The first column of the first row: a text, or a condition such as \"< 30\"."
                  + " Default: any row."));

  private static final Section JVM =
      Section.of(
          Key.of("deadlock", Rules.flag(), "Whether threads that wait for each other fail it.")
              .or("true"),
          Key.of("gc", Rules.share(100), "More of the time in collections is a failure.").or("50%"),
          Key.of("window", POSITIVE_DURATION, "Over how long at least.").or("10s"));

  private static final Rule PATTERN = Rules.regex();

  private static final Section LOG =
      Section.of(
          Key.required("pattern", PATTERN, "Searched for in each line."),
          Key.of("file", Forms.PATH_WITH_NAMES, "A log. Default: the instance's own output."),
          Key.of("ignore", PATTERN, "Lines in which that is found do not count."),
          Key.of("expect", Rules.word("absent", "present"), "Whether such a line is expected.")
              .or("absent"));

  private static final Section PUSH =
      Section.of(Key.required("within", POSITIVE_DURATION, "The longest silence of the instance."));

  static final Section CHECKS =
      Section.of(
          Key.of("startup", startup(), "Runs alone until it passes, while an instance starts."),
          Key.of("ready", ready(), "Decides on traffic. Without it: a TCP connect to the port."),
          Key.of("live", live(), "Decides on restarts."));

  private CheckKeys() {}

  private static List<Key> kinds() {
    List<Key> keys = new ArrayList<>();
    keys.add(Key.of("http", HTTP, "An HTTP request."));
    keys.add(Key.of("tcp", TCP, "A TCP connect, then optionally an exchange."));
    keys.add(Key.of("run", Forms.command(), "A command by the rules of Nagios plugins."));
    keys.add(Key.of("push", PUSH, "The instance reports by itself."));
    keys.add(Key.of("agent", AGENT, "What an agent says by HAProxy's protocol."));
    keys.add(Key.of("certificate", CERTIFICATE, "How long a TLS certificate is good."));
    keys.add(Key.of("promql", PROMQL, "What a Prometheus says of a query."));
    keys.add(Key.of("file", FILE, "Whether a file is there, young and large enough."));
    keys.add(Key.of("disk", DISK, "How much room a file system has left."));
    keys.add(Key.of("grpc", GRPC, "The gRPC health protocol."));
    keys.add(Key.of("log", LOG, "Whether a pattern comes to a log."));
    keys.add(Key.of("jvm", JVM, "Deadlocks and stalls by collections of a JVM."));
    keys.add(Key.of("sql", SQL, "What a database says of a query."));
    return keys;
  }

  private static Section startup() {
    List<Key> keys = kinds();
    keys.add(Key.of("every", POSITIVE_DURATION, "Cadence.").or("500ms"));
    keys.add(Key.of("timeout", POSITIVE_DURATION, "Of one probe.").or("1s"));
    keys.add(
        Key.of("within", POSITIVE_DURATION, "Not passed by then counts as a failed start.")
            .or("60s"));
    return new Section(keys, List.of(KINDS), true, false);
  }

  private static Section ready() {
    List<Key> keys = kinds();
    keys.add(Key.of("every", POSITIVE_DURATION, "Cadence.").or("2s"));
    keys.add(Key.of("fast", POSITIVE_DURATION, "Cadence while in transition.").or("500ms"));
    keys.add(Key.of("timeout", POSITIVE_DURATION, "Of one probe.").or("1s"));
    keys.addAll(thresholds());
    return new Section(keys, List.of(KINDS), false, false);
  }

  private static Section live() {
    List<Key> keys = kinds();
    keys.add(Key.of("every", POSITIVE_DURATION, "Cadence.").or("10s"));
    keys.add(Key.of("fast", POSITIVE_DURATION, "Cadence while in transition. Default: as every."));
    keys.add(Key.of("timeout", POSITIVE_DURATION, "Of one probe.").or("5s"));
    keys.addAll(thresholds());
    return new Section(keys, List.of(KINDS), true, false);
  }

  private static List<Key> thresholds() {
    return List.of(
        Key.of("fall", Rules.integer(1, 1000), "Failures in a row before it is out.").or("3"),
        Key.of("rise", Rules.integer(1, 1000), "Passes in a row after a failure.").or("2"));
  }

  static Section hooks() {
    Shape hook =
        new OneOf(
            "a command, or {run: …, timeout: …}",
            List.of(
                Forms.NONBLANK.withNames(),
                new ListOf(Rules.anyText("a word of a command").withNames(), 1, false),
                Section.of(
                    Key.required("run", Forms.command(), "The command."),
                    Key.of("timeout", POSITIVE_DURATION, "After it the hook is killed.")
                        .or("30s"))));
    return Section.of(
        Key.of("setup", hook, "Before the first start of a generation."),
        Key.of("start", hook, "Before each start of the process."),
        Key.of("ready", hook, "After the start, before it may be ready."),
        Key.of("drain", hook, "When it has left the traffic."),
        Key.of("stop", hook, "Before the stop signal."));
  }

  static Section restart() {
    return Section.of(
        Key.of("on", Rules.word("always", "failure", "never"), "Which exits lead to a restart.")
            .or("always"),
        Key.of("backoff", POSITIVE_DURATION, "The first delay; full jitter.").or("100ms"),
        Key.of("factor", Rules.number(1, 100, "a number from 1 to 100"), "Growth a restart.")
            .or("2"),
        Key.of("max", POSITIVE_DURATION, "The longest delay.").or("30s"),
        Key.of("reset-after", POSITIVE_DURATION, "Running that long forgets crashes.").or("90s"),
        Key.of(
            "loop",
            Section.of(
                Key.of("count", Rules.integer(1, 1000), "Exits that park it.").or("5"),
                Key.of("within", POSITIVE_DURATION, "In which time.").or("1m")),
            "A crash loop is parked and retried at max."));
  }

  static Section stop() {
    return Section.of(
        Key.of("drain", DURATION, "How long requests in flight may take.").or("30s"),
        Key.of(
                "signal",
                Rules.word("TERM", "INT", "QUIT", "HUP", "KILL", "USR1", "USR2", "ABRT", "WINCH"),
                "What ends it.")
            .or("TERM"),
        Key.of("grace", DURATION, "From the signal to KILL of the whole group.").or("10s"));
  }
}

package io.mainstay.spec.build;

import io.mainstay.model.spec.Amount;
import io.mainstay.model.spec.Checks;
import io.mainstay.model.spec.Checks.Check;
import io.mainstay.model.spec.Checks.Condition;
import io.mainstay.model.spec.Checks.Empty;
import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.model.spec.Checks.StatusRange;
import io.mainstay.spec.yaml.Value.Entry;
import io.mainstay.spec.yaml.Value.Scalar;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;

/** How a service is watched, from {@code checks}, {@code health}, or nothing. */
final class ChecksBuilder {
  private static final Probe CONNECT = new Probe.Tcp(Optional.empty(), Optional.empty());

  private static final String PORTLESS =
      "run, push, file, disk, jvm, log or sql: with port none there is nothing to connect to";

  private final Fields service;
  private final Fields checks;
  private final boolean portless;

  private ChecksBuilder(Fields service, boolean portless) {
    this.service = service;
    this.checks = service.in("checks");
    this.portless = portless;
  }

  /**
   * Reads the checks of a service.
   *
   * @param portless whether its instances listen nowhere
   */
  static Checks build(Fields service, boolean portless) {
    return new ChecksBuilder(service, portless).build();
  }

  private Checks build() {
    Checks built = new Checks(startup(), ready(), live());
    if (built.live().isPresent()
        && built.live().get().probe() instanceof Probe.Log log
        && built.ready().filter(check -> check.probe().equals(log)).isPresent()) {
      checks.refuse("live", "another log or pattern than that of ready: what one has read is gone");
    }
    return built;
  }

  private Optional<Check> startup() {
    Fields fields = checks.in("startup");
    return probe(fields)
        .map(probe ->
            new Check(
                probe,
                fields.duration("every"),
                fields.duration("every"),
                fields.duration("timeout"),
                1,
                1,
                Optional.of(fields.duration("within"))));
  }

  private Optional<Check> live() {
    Fields fields = checks.in("live");
    return probe(fields)
        .map(probe ->
            check(
                fields,
                probe,
                fields.optionalDuration("fast").orElseGet(() -> fields.duration("every"))));
  }

  private Optional<Check> ready() {
    Fields fields = checks.in("ready");
    Optional<Probe> probe = probe(fields);
    if (service.has("health")) {
      probe = Optional.of(health(fields, probe));
    }
    if (probe.isEmpty() && portless) {
      if (fields.mapping().isPresent()) {
        checks.refuse("ready", PORTLESS);
      }
      return Optional.empty();
    }
    return Optional.of(check(fields, probe.orElse(CONNECT), fields.duration("fast")));
  }

  /** {@code health} beside {@code checks.ready} may repeat its path, not contradict it. */
  private Probe health(Fields ready, Optional<Probe> probe) {
    String path = service.optional("health").orElse("/");
    if (portless) {
      service.refuse("health", "no health path: with port none there is nothing to connect to");
    }
    Fields http = ready.in("http");
    if (probe.isPresent() && !(probe.get() instanceof Probe.Http)) {
      service.refuse("health", "no health path beside another probe in checks.ready");
    } else if (http.has("path") && !http.text("path").equals(path)) {
      service.refuse("health", "the path of checks.ready.http, or only one of the two");
    }
    return http(http, path);
  }

  private Check check(Fields fields, Probe probe, Duration fast) {
    Duration every = fields.duration("every");
    return new Check(
        probe,
        every,
        fast.compareTo(every) < 0 ? fast : every,
        fields.duration("timeout"),
        // What was found in a log once is not found again by the next look.
        probe instanceof Probe.Log && !fields.has("fall") ? 1 : fields.integer("fall"),
        fields.integer("rise"),
        Optional.empty());
  }

  private Optional<Probe> probe(Fields fields) {
    if (fields.mappingOf("http").isPresent()) {
      needsPort(fields, "http");
      Fields http = fields.in("http");
      return Optional.of(secured(http, http(http, http.text("path"))));
    }
    if (fields.mappingOf("tcp").isPresent()) {
      needsPort(fields, "tcp");
      Fields tcp = fields.in("tcp");
      return Optional.of(secured(tcp, new Probe.Tcp(tcp.optional("send"), tcp.optional("expect"))));
    }
    if (fields.mappingOf("push").isPresent()) {
      return fields.in("push").optionalDuration("within").map(Probe.Push::new);
    }
    if (fields.mappingOf("agent").isPresent()) {
      needsPort(fields, "agent");
      return agent(fields.in("agent"));
    }
    if (fields.mappingOf("grpc").isPresent()) {
      needsPort(fields, "grpc");
      Fields grpc = fields.in("grpc");
      return Optional.of(secured(grpc, new Probe.Grpc(grpc.text("service"), port(grpc))));
    }
    if (fields.mappingOf("certificate").isPresent()) {
      needsPort(fields, "certificate");
      return Optional.of(certificate(fields.in("certificate")));
    }
    if (fields.mappingOf("promql").isPresent()) {
      return promql(fields.in("promql"));
    }
    if (fields.mappingOf("file").isPresent()) {
      return file(fields.in("file"));
    }
    if (fields.mappingOf("disk").isPresent()) {
      return Optional.of(disk(fields.in("disk")));
    }
    if (fields.mappingOf("jvm").isPresent()) {
      if (service.has("upstreams")) {
        fields.refuse("jvm", "another check: upstreams are not run here");
      }
      return Optional.of(jvm(fields.in("jvm")));
    }
    if (fields.mappingOf("log").isPresent()) {
      if (service.has("upstreams") && !fields.in("log").has("file")) {
        fields.refuse("log", "a file: upstreams have no output here");
      }
      return log(fields.in("log"));
    }
    if (fields.mappingOf("sql").isPresent()) {
      return sql(fields.in("sql"));
    }
    return fields.command("run").map(Probe.Run::new);
  }

  private static Optional<Probe> agent(Fields fields) {
    return fields
        .optional("port")
        .map(port -> new Probe.Agent(Integer.parseInt(port), fields.optional("send")));
  }

  private static Probe certificate(Fields fields) {
    Duration warn = fields.duration("warn");
    Duration fail = fields.duration("fail");
    if (fail.compareTo(warn) > 0) {
      fields.refuse("fail", "a duration that is not above warn");
    }
    return new Probe.Certificate(port(fields), fields.optional("server-name"), warn, fail);
  }

  private static OptionalInt port(Fields fields) {
    return fields.optional("port").isPresent()
        ? OptionalInt.of(fields.integer("port"))
        : OptionalInt.empty();
  }

  private static Optional<Probe> promql(Fields fields) {
    Optional<String> query = fields.optional("query");
    Optional<String> condition = fields.optional("expect");
    if (query.isEmpty() || condition.isEmpty()) {
      return Optional.empty();
    }
    Condition expected = Condition.parse(condition.get()).orElseThrow();
    return Optional.of(
        new Probe.Promql(
            fields.text("url"),
            query.get(),
            expected.relation(),
            expected.bound(),
            Empty.valueOf(fields.text("empty").toUpperCase(Locale.ROOT))));
  }

  private static Optional<Probe> sql(Fields fields) {
    Optional<String> url = fields.optional("url");
    Optional<String> query = fields.optional("query");
    return url.isEmpty() || query.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Probe.Sql(url.get(), query.get(), fields.texts("with"), fields.optional("expect")));
  }

  private static Optional<Probe> log(Fields fields) {
    return fields
        .optional("pattern")
        .map(pattern ->
            new Probe.Log(
                pattern,
                fields.optional("file"),
                fields.optional("ignore"),
                fields.text("expect").equals("present")));
  }

  private static Probe jvm(Fields fields) {
    boolean deadlock = Boolean.parseBoolean(fields.text("deadlock"));
    double gc = fields.share("gc");
    if (!deadlock && gc >= 1) {
      fields.refuse("deadlock", "true, or a share below 100% for gc: else nothing is looked at");
    }
    return new Probe.Jvm(deadlock, gc, fields.duration("window"));
  }

  private static Optional<Probe> file(Fields fields) {
    boolean exists = Boolean.parseBoolean(fields.text("exists"));
    if (!exists && (fields.has("max-age") || fields.has("min-size"))) {
      fields.refuse("exists", "true beside max-age or min-size");
    }
    return fields
        .optional("path")
        .map(path ->
            new Probe.File(
                path, exists, fields.optionalDuration("max-age"), fields.size("min-size")));
  }

  private static Probe disk(Fields fields) {
    Amount warn = fields.sizeOrShare("warn");
    Amount fail = fields.sizeOrShare("fail");
    if (warn instanceof Amount.Share(double most) && fail instanceof Amount.Share(double least)) {
      refuseAbove(fields, least, most, "a share that is not above warn");
    } else if (warn instanceof Amount.Count(double most)
        && fail instanceof Amount.Count(double least)) {
      refuseAbove(fields, least, most, "a size that is not above warn");
    }
    Fields inodes = fields.in("inodes");
    double fewest = inodes.share("fail");
    double few = inodes.share("warn");
    refuseAbove(inodes, fewest, few, "a share that is not above warn");
    return new Probe.Disk(
        fields.text("path"), new Probe.Room(warn, few), new Probe.Room(fail, fewest));
  }

  private static void refuseAbove(Fields fields, double fail, double warn, String expected) {
    if (fail > warn) {
      fields.refuse("fail", expected);
    }
  }

  private static Probe secured(Fields fields, Probe probe) {
    if (!Boolean.parseBoolean(fields.text("tls"))) {
      if (fields.has("server-name")) {
        fields.refuse("server-name", "tls: true beside it");
      }
      return probe;
    }
    return new Probe.Tls(probe, fields.optional("server-name"));
  }

  private void needsPort(Fields fields, String kind) {
    if (portless) {
      fields.refuse(kind, PORTLESS);
    }
  }

  private static Probe http(Fields fields, String path) {
    return new Probe.Http(
        path,
        fields.text("method"),
        ranges(fields),
        fields.optional("body"),
        headers(fields, "headers", false));
  }

  /** The accepted statuses below {@code status}. */
  static List<StatusRange> ranges(Fields fields) {
    return fields.texts("status").stream().map(text -> range(fields, text)).toList();
  }

  private static StatusRange range(Fields fields, String text) {
    List<String> ends = List.of(text.split("-", 2));
    int from = Integer.parseInt(ends.getFirst());
    int to = Integer.parseInt(ends.getLast());
    if (to < from) {
      fields.refuse("status", "a range whose first status is not above its last");
      return new StatusRange(from, from);
    }
    return new StatusRange(from, to);
  }

  /** Header conditions or headers to send, in file order. */
  static SequencedMap<String, String> headers(Fields fields, String key, boolean lowerCase) {
    SequencedMap<String, String> headers = new LinkedHashMap<>();
    for (Entry entry : fields.entries(key)) {
      if (entry.value() instanceof Scalar scalar) {
        String name = lowerCase ? entry.key().toLowerCase(Locale.ROOT) : entry.key();
        if (headers.putIfAbsent(name, scalar.text()) != null) {
          fields.refuse(key, "each header once, whatever its case");
        }
      }
    }
    return headers;
  }
}

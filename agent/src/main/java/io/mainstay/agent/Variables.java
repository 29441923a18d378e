package io.mainstay.agent;

import io.mainstay.model.spec.Checks;
import io.mainstay.model.spec.Expansion;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The variables of one run, and what texts become with them. The first text that cannot be filled
 * in is kept as {@link #problem}; values are never part of it, since they may be secrets.
 */
final class Variables {
  private final SequencedMap<String, String> given;
  private final SequencedMap<String, String> own;
  private final SequencedMap<String, String> inherited;
  private Optional<String> problem = Optional.empty();

  /**
   * Begins with what Mainstay gives and what it has itself.
   *
   * @param given {@code PORT} and {@code MAINSTAY_*}; they win over all others
   * @param inherited Mainstay's own environment
   */
  Variables(SequencedMap<String, String> given, SequencedMap<String, String> inherited) {
    this.given = new LinkedHashMap<>(given);
    this.own = new LinkedHashMap<>();
    this.inherited = inherited;
  }

  /** The same variables, without the problem of an earlier text. */
  Variables copy() {
    Variables copy = new Variables(given, inherited);
    copy.own.putAll(own);
    return copy;
  }

  /** Adds a variable of the service's {@code env}; later texts may refer to it. */
  void put(String name, String value) {
    own.put(name, value);
  }

  /** What went wrong first, if anything did. */
  Optional<String> problem() {
    return problem;
  }

  /** The complete environment of a process. */
  SequencedMap<String, String> environment() {
    SequencedMap<String, String> all = new LinkedHashMap<>(inherited);
    // Only the instance itself carries its nonce: by it a cut-off start is found again.
    all.remove("MAINSTAY_NONCE");
    all.putAll(own);
    all.putAll(given);
    return Collections.unmodifiableSequencedMap(all);
  }

  /** The text with all names filled in; empty text if that fails. */
  String expand(String text) {
    return switch (Expansion.expand(text, this::lookup)) {
      case Expansion.Outcome.Expanded(String expanded) -> expanded;
      case Expansion.Outcome.Undefined(String name) -> failed("undefined variable: " + name);
      case Expansion.Outcome.Malformed(String expected) ->
          failed("not well formed (expected: " + expected + ")");
    };
  }

  /** The words, each filled in; one argument stays one. */
  List<String> expand(List<String> words) {
    List<String> expanded = new ArrayList<>();
    words.forEach(word -> expanded.add(expand(word)));
    return List.copyOf(expanded);
  }

  /** The path with all names filled in; a value that is an absolute path starts anew there. */
  Path expand(Path path) {
    String text = path.toString();
    int first = text.indexOf('$');
    if (first < 0) {
      return path;
    }
    String before = text.substring(0, first);
    String filled = expand(text.substring(first));
    try {
      return before.endsWith("/")
          ? Path.of(before).resolve(filled).normalize()
          : Path.of(before + filled).normalize();
    } catch (InvalidPathException e) {
      failed("not a path: " + e.getReason());
      return path;
    }
  }

  /** The checks with their texts filled in. */
  Checks expand(Checks checks) {
    return new Checks(
        checks.startup().map(this::expand),
        checks.ready().map(this::expand),
        checks.live().map(this::expand));
  }

  private Checks.Check expand(Checks.Check check) {
    return new Checks.Check(
        expand(check.probe()),
        check.every(),
        check.fast(),
        check.timeout(),
        check.fall(),
        check.rise(),
        check.within());
  }

  /** The probe with its texts filled in. */
  private Checks.Probe expand(Checks.Probe probe) {
    return switch (probe) {
      case Checks.Probe.Http http -> {
        SequencedMap<String, String> headers = new LinkedHashMap<>();
        http.headers().forEach((name, value) -> headers.put(name, expand(value)));
        yield new Checks.Probe.Http(
            expand(http.path()),
            http.method(),
            http.status(),
            http.body().map(this::expand),
            headers);
      }
      case Checks.Probe.Tcp tcp ->
          new Checks.Probe.Tcp(tcp.send().map(this::expand), tcp.expect().map(this::expand));
      case Checks.Probe.Tls tls -> new Checks.Probe.Tls(expand(tls.inside()), tls.serverName());
      case Checks.Probe.Run run -> new Checks.Probe.Run(expand(run.command()));
      case Checks.Probe.Agent agent ->
          new Checks.Probe.Agent(agent.port(), agent.send().map(this::expand));
      case Checks.Probe.Grpc grpc -> new Checks.Probe.Grpc(expand(grpc.service()), grpc.port());
      case Checks.Probe.Certificate certificate -> certificate;
      case Checks.Probe.Promql promql ->
          new Checks.Probe.Promql(
              promql.url(),
              expand(promql.query()),
              promql.relation(),
              promql.bound(),
              promql.empty());
      case Checks.Probe.File file ->
          new Checks.Probe.File(expand(file.path()), file.exists(), file.maxAge(), file.minSize());
      case Checks.Probe.Disk disk ->
          new Checks.Probe.Disk(expand(disk.path()), disk.warn(), disk.fail());
      case Checks.Probe.Sql sql ->
          new Checks.Probe.Sql(
              expand(sql.url()), sql.query(), expand(sql.with()), sql.expect().map(this::expand));
      case Checks.Probe.Jvm jvm -> jvm;
      case Checks.Probe.Log log ->
          new Checks.Probe.Log(
              log.pattern(), log.file().map(this::expand), log.ignore(), log.present());
      case Checks.Probe.Push push -> push;
    };
  }

  private Optional<String> lookup(String name) {
    if (given.containsKey(name)) {
      return Optional.ofNullable(given.get(name));
    }
    return Optional.ofNullable(own.containsKey(name) ? own.get(name) : inherited.get(name));
  }

  private String failed(String what) {
    if (problem.isEmpty()) {
      problem = Optional.of(what);
    }
    return "";
  }
}

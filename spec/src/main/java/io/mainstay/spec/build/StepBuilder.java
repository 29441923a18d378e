package io.mainstay.spec.build;

import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Checks.StatusRange;
import io.mainstay.model.spec.GrpcStatus;
import io.mainstay.model.spec.JsonPath;
import io.mainstay.model.spec.TransactionSpec.Action;
import io.mainstay.model.spec.TransactionSpec.Expectation;
import io.mainstay.model.spec.TransactionSpec.Source;
import io.mainstay.model.spec.TransactionSpec.Step;
import io.mainstay.spec.yaml.Problems;
import io.mainstay.spec.yaml.Value;
import io.mainstay.spec.yaml.Value.Entry;
import io.mainstay.spec.yaml.Value.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The steps of a transaction. */
final class StepBuilder {
  private static final List<String> OF_HTTP =
      List.of("service", "json", "body", "headers", "expect", "capture");

  private static final List<String> OF_GRPC =
      List.of("to", "service", "json", "headers", "descriptors", "expect", "capture");

  private static final List<StatusRange> USUAL = List.of(new StatusRange(200, 299));

  private final Fields fields;

  private StepBuilder(Fields fields) {
    this.fields = fields;
  }

  static List<Step> steps(Fields transaction, String key) {
    List<Step> steps = new ArrayList<>();
    List<Value> elements = transaction.elements(key);
    for (int i = 0; i < elements.size(); i++) {
      String path = Problems.below(transaction.below(key), i);
      new StepBuilder(transaction.at(key, elements.get(i), path)).step().ifPresent(steps::add);
    }
    return steps;
  }

  private Optional<Step> step() {
    return action()
        .map(action ->
            new Step(
                fields.optional("name").orElseGet(() -> label(action)),
                action,
                fields.optionalDuration("within")));
  }

  private static String label(Action action) {
    return switch (action) {
      case Action.Http http -> http.method() + " " + http.target();
      case Action.Grpc grpc -> "grpc " + grpc.method();
      case Action.Sql sql -> "sql";
      case Action.Run run -> "run " + run.command().getFirst();
      case Action.Wait wait -> "wait";
    };
  }

  private Optional<Action> action() {
    if (fields.has("http")) {
      refuseOthers(OF_GRPC, OF_HTTP, "http");
      return fields.optional("http").map(this::http);
    }
    if (fields.has("grpc")) {
      refuseOthers(OF_HTTP, OF_GRPC, "grpc");
      return fields.optional("grpc").map(this::grpc);
    }
    String kind = fields.has("sql") ? "sql" : fields.has("run") ? "run" : "wait";
    refuseOthers(OF_GRPC, OF_HTTP, kind);
    for (String key : OF_HTTP) {
      if (fields.has(key) && !(key.equals("capture") && kind.equals("run"))) {
        fields.refuse(
            key,
            kind.equals("sql") && (key.equals("expect") || key.equals("capture"))
                ? "it inside of sql"
                : "no " + key + " beside " + kind);
      }
    }
    return switch (kind) {
      case "sql" -> sql(fields.in("sql"));
      case "run" -> {
        if (fields.mappingOf("capture").isPresent()) {
          fields.refuse("capture", "one name, for the first line of the output");
        }
        yield fields.command("run").map(words -> new Action.Run(words, fields.optional("capture")));
      }
      default -> fields.optionalDuration("wait").map(Action.Wait::new);
    };
  }

  private void refuseOthers(List<String> others, List<String> own, String kind) {
    for (String key : others) {
      if (fields.has(key) && !own.contains(key)) {
        fields.refuse(key, "no " + key + " beside " + kind);
      }
    }
  }

  private Action grpc(String text) {
    Fields expect = fields.in("expect");
    if (expect.has("body")) {
      expect.refuse("body", "json: a message of gRPC has no text");
    }
    return new Action.Grpc(
        text.startsWith("/") ? text.substring(1) : text,
        fields.optional("to"),
        fields.optional("service").filter(ServiceName::isValid).map(ServiceName::new),
        ChecksBuilder.headers(fields, "headers", true),
        fields.value("json").map(JsonText::of).orElse("{}"),
        fields.optional("descriptors"),
        new Expectation(
            codes(expect),
            Optional.empty(),
            ChecksBuilder.headers(expect, "headers", true),
            json(expect)),
        captures());
  }

  private static List<StatusRange> codes(Fields expect) {
    List<StatusRange> codes = new ArrayList<>();
    for (String text : expect.has("status") ? expect.texts("status") : List.of("OK")) {
      OptionalInt code = GrpcStatus.code(text);
      if (code.isPresent()) {
        codes.add(new StatusRange(code.getAsInt(), code.getAsInt()));
      } else {
        expect.refuse("status", "a status of gRPC such as OK, NOT_FOUND or 5");
      }
    }
    return codes;
  }

  private static List<StatusRange> ranges(Fields expect) {
    if (!expect.has("status")) {
      return USUAL;
    }
    if (expect.texts("status").stream().anyMatch(text -> !text.matches("[1-5][0-9][0-9].*"))) {
      expect.refuse("status", "a status of HTTP such as 200, or a range such as 200-299");
      return USUAL;
    }
    return ChecksBuilder.ranges(expect);
  }

  private static Optional<Action> sql(Fields sql) {
    if (sql.value("url").isEmpty() || sql.value("query").isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Action.Sql(
            sql.optional("url").orElseThrow(),
            sql.optional("query").orElseThrow(),
            sql.texts("with"),
            sql.optional("expect"),
            sql.optional("capture")));
  }

  private Action http(String text) {
    int space = text.indexOf(' ');
    SequencedMap<String, String> headers = ChecksBuilder.headers(fields, "headers", false);
    Optional<String> body = fields.optional("body");
    if (fields.has("json")) {
      if (fields.has("body")) {
        fields.refuse("body", "only one of json, body");
      }
      body = fields.value("json").map(JsonText::of);
      if (headers.keySet().stream().noneMatch("content-type"::equalsIgnoreCase)) {
        headers.put("Content-Type", "application/json");
      }
    }
    Fields expect = fields.in("expect");
    return new Action.Http(
        text.substring(0, space),
        text.substring(space + 1),
        fields.optional("service").filter(ServiceName::isValid).map(ServiceName::new),
        headers,
        body,
        new Expectation(
            ranges(expect),
            expect.optional("body"),
            ChecksBuilder.headers(expect, "headers", false),
            json(expect)),
        captures());
  }

  private static SequencedMap<String, String> json(Fields expect) {
    SequencedMap<String, String> values = new LinkedHashMap<>();
    for (Entry entry : expect.entries("json")) {
      if (entry.key().startsWith("$") && JsonPath.parse(entry.key()).isEmpty()) {
        expect
            .problems()
            .add(
                entry.place(),
                Problems.below(expect.below("json"), entry.key()),
                entry.key(),
                "a JSONPath to one value such as $.items[0].id",
                Optional.empty());
      } else if (entry.value() instanceof Scalar scalar) {
        values.put(entry.key(), scalar.text());
      }
    }
    return values;
  }

  private SequencedMap<String, Source> captures() {
    SequencedMap<String, Source> sources = new LinkedHashMap<>();
    if (fields.has("capture") && fields.optional("capture").isPresent()) {
      fields.refuse("capture", "a mapping such as {id: $.id}");
    }
    for (Entry entry : fields.entries("capture")) {
      if (entry.value() instanceof Scalar scalar && !scalar.text().isBlank()) {
        String path = Problems.below(fields.below("capture"), entry.key());
        source(path, scalar).ifPresent(source -> sources.put(entry.key(), source));
      }
    }
    return sources;
  }

  private Optional<Source> source(String path, Scalar scalar) {
    String text = scalar.text();
    if (text.startsWith("header ") && text.substring(7).matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
      return Optional.of(new Source.Header(text.substring(7)));
    }
    if (text.startsWith("regex ")) {
      try {
        return Optional.of(new Source.Match(Pattern.compile(text.substring(6)).pattern()));
      } catch (PatternSyntaxException e) {
        fields
            .problems()
            .add(path, scalar, "a regular expression; this one has: " + e.getDescription());
        return Optional.empty();
      }
    }
    if (JsonPath.parse(text).isPresent()) {
      return Optional.of(new Source.Json(text));
    }
    fields
        .problems()
        .add(
            path,
            scalar,
            text.startsWith("$")
                ? "a JSONPath to one value such as $.items[0].id"
                : "$.path, header NAME or regex (…)");
    return Optional.empty();
  }
}

package io.mainstay.cli;

import io.mainstay.model.scenario.Ending;
import io.mainstay.model.scenario.Script;
import io.mainstay.model.scenario.TranscriptLine;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.SpecProblem;
import io.mainstay.ports.SpecReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;

/** What a command printed and answered. */
record Ran(int exitCode, String out, String err) {
  static final List<UpRunner.Request> UPS = new ArrayList<>();

  static Ran command(String... arguments) {
    return command(Map.of("MAINSTAY_ADMIN", "127.0.0.1:1"), arguments);
  }

  static Ran against(FakeApi api, String... arguments) {
    return command(Map.of("MAINSTAY_ADMIN", api.address()), arguments);
  }

  static Ran command(Map<String, String> environment, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Screen screen =
        new Screen(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false,
            100);
    int code = new Mainstay(screen, environment, parts()).run(arguments);
    return new Ran(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static CliParts parts() {
    UpRunner up =
        (request, _) -> {
          UPS.add(request);
          return 0;
        };
    SpecReader specs =
        (text, file, base) ->
            text.contains("wrong")
                ? new SpecReader.Outcome.Invalid(
                    List.of(
                        problem(file, 2, "services.shop.replicsa", Optional.of("replicas")),
                        problem(file, 3, "services.shop.port", Optional.empty())))
                : new SpecReader.Outcome.Valid(Deployment.empty(base));
    MachineReport machine =
        folder ->
            List.of(
                new MachineReport.Finding(
                    "data folder", MachineReport.Level.OK, folder.toString(), ""),
                new MachineReport.Finding("kernel", MachineReport.Level.OK, "6.1", ""),
                new MachineReport.Finding(
                    "cgroups", MachineReport.Level.WARNING, "not writable", "run as root"));
    return new CliParts(
        "0.1.0",
        () -> up,
        () -> specs,
        () -> "{\"$schema\":\"s\"}\n",
        () -> machine,
        () ->
            (file, data) -> {
              if (!java.nio.file.Files.exists(file)) {
                throw new java.io.IOException(file + ": not a snapshot");
              }
              return "restored " + data;
            },
        () -> Ran::play);
  }

  /** Tells its seed, and ends well with seed 1 only. */
  private static Ending play(
      Script script,
      SequencedMap<String, String> environment,
      Consumer<TranscriptLine> reader,
      boolean verbose) {
    reader.accept(
        new TranscriptLine(
            Duration.ofMillis(1_500), "", "trouble", "shop", "\"kill\" " + script.acts().size()));
    return new Ending(
        script.seed(),
        script.length(),
        List.of(new Ending.Service("shop", 10, 0, Duration.ofMillis(40), 1, 0, 1)),
        List.of("it holds"),
        Optional.empty(),
        List.of(
            new Ending.Checked(
                "shop: something", script.seed() == 1 ? Optional.empty() : Optional.of("3"))));
  }

  private static SpecProblem problem(String file, int line, String key, Optional<String> nearest) {
    return new SpecProblem(file, line, 5, key, "3", "a known key", nearest);
  }
}

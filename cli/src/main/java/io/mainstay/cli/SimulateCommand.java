package io.mainstay.cli;

import io.mainstay.model.scenario.Ending;
import io.mainstay.model.scenario.Script;
import io.mainstay.model.scenario.TranscriptLine;
import io.mainstay.spec.YamlScenarioReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mainstay simulate}. */
@Command(
    name = "simulate",
    description = {
      "Plays a scenario in virtual time with the deciding parts of Mainstay, and tells what happens"
          + " and why; needs no server and starts no process."
    },
    footer = {
      "",
      "Exit code 1: an expectation was not met, or something that must always hold was broken.",
      "",
      "Example:",
      "  mainstay simulate scenario.yaml",
      "  mainstay simulate scenario.yaml --seeds 100"
    })
final class SimulateCommand implements Callable<Integer> {
  private final CliContext context;

  @Parameters(paramLabel = "FILE", description = "The scenario.")
  private Path file = Path.of("");

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of all drawn numbers, in place of the file's.")
  private @Nullable Long seed;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description =
          "Plays it with so many seeds, one after the other, and tells only how each ends.")
  private int seeds = 1;

  @Option(
      names = {"-v", "--verbose"},
      description = "Also tells what was assigned, routed, signalled and started.")
  private boolean verbose;

  @Mixin private OutputOption output = new OutputOption();

  SimulateCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (seeds < 1) {
      throw new CliFailure(ExitCode.USAGE, "--seeds: " + seeds + " (expected: at least 1)");
    }
    SpecFile text = SpecFile.read(file);
    return switch (new YamlScenarioReader(Files::readString)
        .read(text.text(), text.name(), text.directory())) {
      case YamlScenarioReader.Outcome.Valid valid -> {
        Script script = seed == null ? valid.script() : valid.script().withSeed(seed);
        yield seeds == 1 ? one(script) : several(script);
      }
      case YamlScenarioReader.Outcome.Invalid invalid -> {
        SpecProblems.show(invalid.problems(), output.isJson(), context.screen());
        yield ExitCode.USAGE;
      }
    };
  }

  private int one(Script script) {
    Ending ending =
        play(
            script,
            line -> context.screen().line(output.isJson() ? json(line) : line.describe()),
            verbose);
    if (output.isJson()) {
      context.screen().line(json(ending));
    } else {
      context.screen().line("");
      ending.describe().forEach(context.screen()::line);
    }
    return ending.isGood() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private int several(Script script) {
    int bad = 0;
    for (long next = script.seed(); next < script.seed() + seeds; next++) {
      Ending ending = play(script.withSeed(next), _ -> {}, false);
      bad += ending.isGood() ? 0 : 1;
      if (output.isJson()) {
        context.screen().line(json(ending));
      } else {
        context.screen().line("seed " + next + ": " + (ending.isGood() ? "good" : "not good"));
        wrong(ending).forEach(line -> context.screen().line("  " + line));
      }
    }
    if (!output.isJson()) {
      context
          .screen()
          .line(
              seeds + " seeds, " + bad + " not good" + (bad > 0 ? "; see one with --seed N" : ""));
    }
    return bad == 0 ? ExitCode.DONE : ExitCode.FAILED;
  }

  private static List<String> wrong(Ending ending) {
    return ending.describe().stream()
        .filter(line -> line.startsWith("NOT MET") || line.startsWith("broken"))
        .toList();
  }

  private Ending play(Script script, Consumer<TranscriptLine> reader, boolean details) {
    return context.parts().player().get().play(script, context.environment(), reader, details);
  }

  private static String json(TranscriptLine line) {
    return new Body()
        .number("atMillis", (int) line.at().toMillis())
        .text("node", line.node())
        .text("kind", line.kind())
        .text("subject", line.subject())
        .text("text", line.text())
        .json();
  }

  private static String json(Ending ending) {
    return new Body()
        .raw("seed", Long.toString(ending.seed()))
        .flag("good", ending.isGood())
        .raw("services", list(ending.services().stream().map(SimulateCommand::json).toList()))
        .optional("broken", ending.broken())
        .raw(
            "expectations",
            list(
                ending.expectations().stream()
                    .map(one ->
                        new Body()
                            .text("expected", one.words())
                            .flag("met", one.missed().isEmpty())
                            .optional("found", one.missed())
                            .json())
                    .toList()))
        .json();
  }

  private static String json(Ending.Service one) {
    return new Body()
        .text("name", one.name())
        .raw("requests", Long.toString(one.requests()))
        .raw("failed", Long.toString(one.failed()))
        .number("longestGapMillis", (int) one.gap().toMillis())
        .raw("restarts", Long.toString(one.restarts()))
        .raw("promotions", Long.toString(one.promotions()))
        .number("serving", one.serving())
        .json();
  }

  private static String list(List<String> elements) {
    return "[" + String.join(",", elements) + "]";
  }
}

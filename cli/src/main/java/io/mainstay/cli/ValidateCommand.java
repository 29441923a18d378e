package io.mainstay.cli;

import io.mainstay.ports.SpecReader;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mainstay validate}. */
@Command(
    name = "validate",
    description = "Checks a file and prints everything that is wrong with it; needs no server.",
    footer = {"", "Example:", "  mainstay validate mainstay.yaml"})
final class ValidateCommand implements Callable<Integer> {
  private final CliContext context;

  @Parameters(paramLabel = "FILE", description = "The file.")
  private Path file = Path.of("");

  @Mixin private OutputOption output = new OutputOption();

  ValidateCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    SpecFile text = SpecFile.read(file);
    Screen screen = context.screen();
    return switch (context.parts().specs().get().read(text.text(), text.name(), text.directory())) {
      case SpecReader.Outcome.Valid valid -> {
        screen.line(
            output.isJson()
                ? "{\"errors\":[]}"
                : text.name()
                    + ": good: "
                    + Words.count(valid.deployment().services().size(), "service")
                    + ", "
                    + Words.count(valid.deployment().listeners().size(), "listener"));
        yield ExitCode.DONE;
      }
      case SpecReader.Outcome.Invalid invalid -> {
        SpecProblems.show(invalid.problems(), output.isJson(), screen);
        yield ExitCode.USAGE;
      }
    };
  }
}

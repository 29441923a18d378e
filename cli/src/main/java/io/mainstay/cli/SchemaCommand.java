package io.mainstay.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code mainstay schema}. */
@Command(
    name = "schema",
    description = "Prints the JSON Schema of the file, for editors; needs no server.",
    footer = {"", "Example:", "  mainstay schema > mainstay.schema.json"})
final class SchemaCommand implements Callable<Integer> {
  private final CliContext context;

  SchemaCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    context.screen().line(context.parts().schema().get().stripTrailing());
    return ExitCode.DONE;
  }
}

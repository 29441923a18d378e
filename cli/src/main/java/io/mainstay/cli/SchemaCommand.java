package io.mainstay.cli;

import io.mainstay.spec.JsonSchema;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mainstay schema}. */
@Command(
    name = "schema",
    description = "Prints the JSON Schema of the file, for editors; needs no server.",
    footer = {"", "Example:", "  mainstay schema > mainstay.schema.json"})
final class SchemaCommand implements Callable<Integer> {
  private final CliContext context;

  @Option(names = "--scenario", description = "Of a scenario of mainstay simulate instead.")
  private boolean scenario;

  /** It is JSON in any case; the option puts it on one line. */
  @Mixin private OutputOption output = new OutputOption();

  SchemaCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    String schema =
        (scenario ? JsonSchema.scenario() : context.parts().schema().get()).stripTrailing();
    context
        .screen()
        .line(
            output.isJson()
                ? JsonTree.read(schema.getBytes(StandardCharsets.UTF_8)).json()
                : schema);
    return ExitCode.DONE;
  }
}

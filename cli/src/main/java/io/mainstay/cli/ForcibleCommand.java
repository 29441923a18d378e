package io.mainstay.cli;

import picocli.CommandLine.Option;

/** An act that the governor may refuse, and that an operator may force all the same. */
abstract class ForcibleCommand extends ActCommand {
  @Option(names = "--force", description = "Overrule the governor.")
  private boolean force;

  ForcibleCommand(CliContext context) {
    super(context);
  }

  @Override
  Body body() {
    Body body = super.body();
    return force ? body.flag("force", true) : body;
  }
}

package io.mainstay.cli;

import picocli.CommandLine.Command;

/** {@code mainstay isolate}. */
@Command(
    name = "isolate",
    description = "Takes an instance out of the traffic for a look at it; it is not restarted.",
    footer = {"", "Example:", "  mainstay isolate shop-2 --reason \"heap dump\""})
final class IsolateCommand extends HoldCommand {
  IsolateCommand(CliContext context) {
    super(context, "isolate");
  }
}

package io.mainstay.cli;

import picocli.CommandLine.Command;

/** {@code mainstay drain}. */
@Command(
    name = "drain",
    description = "Takes an instance out of the traffic; its process goes on.",
    footer = {"", "Example:", "  mainstay drain shop-2 --for 10m --wait"})
final class DrainCommand extends HoldCommand {
  DrainCommand(CliContext context) {
    super(context, "drain");
  }
}

package io.mainstay.cli;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mainstay token}. */
@Command(
    name = "token",
    description = "Makes a token with which machines may join, and prints the command for it.",
    footer = {"", "Example:", "  mainstay token --for 30m"})
final class TokenCommand extends ServerCommand {
  /** Set by the launcher to the path by which it was called. */
  static final String LAUNCHER = "mainstay.launcher";

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      description = "How long it may be used, up to 7d. Default: 1h.")
  private @Nullable String duration;

  @Mixin private OutputOption output = new OutputOption();

  TokenCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    Body body = new Body();
    if (duration != null) {
      body.text("for", duration);
    }
    Reply reply =
        client()
            .act(
                "POST",
                "/api/v1/cluster/tokens",
                "application/json",
                body.json().getBytes(StandardCharsets.UTF_8));
    if (!reply.isDone()) {
      throw reply.failure();
    }
    if (output.isJson()) {
      return raw(reply.body());
    }
    // As the user calls the program here.
    screen.line(
        reply
            .json()
            .text("command")
            .replaceFirst(
                "^mainstay ",
                Matcher.quoteReplacement(System.getProperty(LAUNCHER, "mainstay") + " ")));
    return ExitCode.DONE;
  }
}

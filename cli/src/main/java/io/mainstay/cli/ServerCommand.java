package io.mainstay.cli;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command that talks to a server. */
abstract class ServerCommand implements Callable<Integer> {
  final CliContext context;
  final Screen screen;
  @Mixin private ServerOption server = new ServerOption();

  ServerCommand(CliContext context) {
    this.context = context;
    this.screen = context.screen();
  }

  /** The server that was asked for; nothing is sent yet. */
  AdminClient client() {
    return server.client(context.environment());
  }

  /** Shows what the API answered, unchanged. */
  int raw(byte[] json) {
    screen.line(new String(json, StandardCharsets.UTF_8));
    return ExitCode.DONE;
  }

  /** A name for a path: only names that cannot break out of it are sent. */
  static String name(String text, String expected) {
    if (text.isEmpty()
        || text.length() > 60
        || !text.chars()
            .allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) {
      throw new CliFailure(ExitCode.USAGE, "'" + text + "' (expected: " + expected + ")");
    }
    return text;
  }
}

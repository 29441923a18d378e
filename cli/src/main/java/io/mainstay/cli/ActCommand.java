package io.mainstay.cli;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that changes something: what it has in common with the others. */
abstract class ActCommand extends ServerCommand {
  @Option(names = "--reason", paramLabel = "TEXT", description = "Your words, for the record.")
  private @Nullable String reason;

  @Option(names = "--wait", description = "Return when it is done, not when it is accepted.")
  private boolean wait;

  ActCommand(CliContext context) {
    super(context);
  }

  /** The beginning of a body. */
  Body body() {
    Body body = new Body();
    if (reason != null) {
      body.text("reason", reason);
    }
    return body;
  }

  /** Sends an act, and waits for its end if that was asked for. */
  int act(AdminClient client, String path, Body body) {
    return new OperationWatch(screen).finish(client, send(client, path, body), wait);
  }

  /** Sends an act; answers the operation. */
  static JsonTree send(AdminClient client, String path, Body body) {
    Reply reply =
        client.act("POST", path, "application/json", body.json().getBytes(StandardCharsets.UTF_8));
    if (!reply.isDone()) {
      throw reply.failure();
    }
    return reply.json();
  }
}

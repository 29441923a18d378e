package io.mainstay.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mainstay apply}. */
@Command(
    name = "apply",
    description = "Changes what runs to what the file says; only what differs is touched.",
    footer = {"", "Example:", "  mainstay apply mainstay.yaml --wait"})
final class ApplyCommand extends ServerCommand {
  @Parameters(paramLabel = "FILE", description = "The file.")
  private Path file = Path.of("");

  @Option(names = "--wait", description = "Return when the change is complete.")
  private boolean wait;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Your words, for the record.")
  private @Nullable String reason;

  ApplyCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    AdminClient client = client();
    Reply reply = put(client, SpecFile.read(file), false, reason == null ? "" : reason);
    return new OperationWatch(screen).finish(client, reply.json(), wait);
  }

  /** Sends a file; errors of it end the command with all of them. */
  static Reply put(AdminClient client, SpecFile file, boolean dryRun, String reason) {
    String path =
        "/api/v1/spec?base-dir="
            + encode(file.directory().toString())
            + "&file="
            + encode(file.name())
            + (dryRun ? "&dry-run=true" : "")
            + (reason.isEmpty() ? "" : "&reason=" + encode(reason));
    Reply reply =
        client.act("PUT", path, "application/yaml", file.text().getBytes(StandardCharsets.UTF_8));
    if (!reply.isDone()) {
      throw reply.failure();
    }
    return reply;
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}

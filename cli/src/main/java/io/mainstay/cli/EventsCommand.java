package io.mainstay.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mainstay events}. */
@Command(
    name = "events",
    description = "Shows what happened, oldest first.",
    footer = {"", "Example:", "  mainstay events -n 20", "  mainstay events -f"})
final class EventsCommand extends ServerCommand {
  @Option(
      names = {"-f", "--follow"},
      description = "Go on with each new event; a lost connection is resumed.")
  private boolean follow;

  @Option(
      names = "--after",
      paramLabel = "CURSOR",
      description = "Only what came after this event; '' for the oldest that is kept.")
  private @Nullable String after;

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      description = "At most that many. Default: 100.")
  private int limit = 100;

  @Mixin private OutputOption output = new OutputOption();

  EventsCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    AdminClient client = client();
    String query =
        after == null ? "" : "&after=" + URLEncoder.encode(after, StandardCharsets.UTF_8);
    byte[] answer = client.getBytes("/api/v1/events?limit=" + limit + query);
    if (output.isJson() && !follow) {
      return raw(answer);
    }
    JsonTree events = JsonTree.read(answer);
    events.list("events").forEach(this::show);
    if (follow) {
      new FollowedStream(client, screen)
          .follow(
              "/api/v1/events/stream?after=",
              events.text("next"),
              (_, data) -> show(JsonTree.read(data.getBytes(StandardCharsets.UTF_8))));
    }
    return ExitCode.DONE;
  }

  private void show(JsonTree event) {
    screen.line(output.isJson() ? event.json() : line(event));
  }

  private String line(JsonTree event) {
    String subject =
        event.text("instance").isEmpty() ? event.text("service") : event.text("instance");
    String actor = event.text("actor");
    String by = actor.isEmpty() || actor.equals("system") ? "" : " [" + actor + "]";
    String head =
        Words.time(event.text("time"))
            + "  "
            + pad(event.text("kind"), 19)
            + "  "
            + pad(subject, 12)
            + "  ";
    String text = event.text("reason") + by;
    return head
        + (screen.terminal()
            ? Words.fit(text, Math.max(screen.width() - head.length(), 20))
            : text);
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(width - text.length(), 0));
  }
}

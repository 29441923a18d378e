package io.mainstay.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mainstay down}. */
@Command(
    name = "down",
    description = "Drains and stops everything that the server runs, and ends it.",
    footer = {"", "Example:", "  mainstay down", "  mainstay down --keep   # instances go on"})
final class DownCommand extends ActCommand {
  @Option(names = "--keep", description = "End the server only; what runs goes on, to be adopted.")
  private boolean keep;

  DownCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    AdminClient client = client();
    long pid = (long) client.get("/api/v1/server").number("pid");
    send(client, "/api/v1/server/stop", body().flag("keep", keep));
    String said = "";
    while (true) {
      String left;
      try {
        left = left(client.get("/api/v1/status"));
      } catch (CliFailure e) {
        // The API ends before the process does: both must be gone.
        left = "the server ends";
        if (isGone(pid)) {
          screen.line("down" + (keep ? "; the instances go on" : ""));
          return ExitCode.DONE;
        }
      }
      if (!left.equals(said)) {
        screen.note(left);
        said = left;
      }
      OperationWatch.pause();
    }
  }

  /** A process that ended and was not waited for yet is gone, although its pid still exists. */
  private static boolean isGone(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      char state = stat.charAt(stat.lastIndexOf(')') + 2);
      return state == 'Z' || state == 'X';
    } catch (IOException | IndexOutOfBoundsException e) {
      return true;
    }
  }

  private String left(JsonTree status) {
    List<String> running =
        status.list("services").stream()
            .flatMap(service -> service.list("instances").stream())
            .filter(instance -> !instance.text("pid").isEmpty())
            .map(instance -> instance.text("id") + " " + instance.text("state"))
            .toList();
    if (keep || running.isEmpty()) {
      return "the server ends";
    }
    return Words.fit(
        Words.count(running.size(), "instance") + " left: " + String.join(", ", running),
        screen.width());
  }
}

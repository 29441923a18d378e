package io.mainstay.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mainstay logs}. */
@Command(
    name = "logs",
    description = "Shows what an instance wrote, or all instances of a service, each line named.",
    footer = {"", "Example:", "  mainstay logs shop -f", "  mainstay logs shop-1 -n 500"})
final class LogsCommand extends ServerCommand {
  private static final int MISSES = 50;

  @Parameters(paramLabel = "SERVICE|INSTANCE", description = "Its name, such as shop or shop-1.")
  private String subject = "";

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with each new line.")
  private boolean follow;

  @Option(
      names = {"-n", "--lines"},
      paramLabel = "N",
      description = "The last that many of each instance. Default: 100.")
  private int lines = 100;

  @Mixin private OutputOption output = new OutputOption();

  LogsCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    AdminClient client = client();
    String name = name(subject, "a service or an instance");
    Reply service = client.tryGet("/api/v1/services/" + name);
    if (!service.isDone()) {
      return follow ? followInstance(client, name) : tail(client, List.of(name), false);
    }
    return follow ? followService(client, name) : tail(client, instances(service.json()), true);
  }

  private static List<String> instances(JsonTree service) {
    return service.list("instances").stream().map(instance -> instance.text("id")).toList();
  }

  private int tail(AdminClient client, List<String> instances, boolean named) {
    List<String> answers = new ArrayList<>();
    for (String instance : instances) {
      JsonTree log = client.get("/api/v1/logs/" + instance + "?lines=" + lines);
      if (output.isJson()) {
        answers.add(log.json());
      } else {
        log.list("lines")
            .forEach(line -> screen.line((named ? instance + "  " : "") + line.text()));
      }
    }
    if (output.isJson()) {
      screen.line(named ? "[" + String.join(",", answers) + "]" : answers.getFirst());
    }
    return ExitCode.DONE;
  }

  private int followInstance(AdminClient client, String instance) {
    try {
      stream(client, instance, "", lines);
      return ExitCode.DONE;
    } catch (IOException e) {
      throw client.unreachable(e);
    }
  }

  /** Instances that come later are followed too, from their first line. */
  private int followService(AdminClient client, String service) {
    Set<String> followed = ConcurrentHashMap.newKeySet();
    int misses = 0;
    int wanted = lines;
    while (true) {
      try {
        for (String instance : instances(client.get("/api/v1/services/" + service))) {
          if (followed.add(instance)) {
            int first = wanted;
            Thread.startVirtualThread(() -> follow(client, instance, first, followed));
          }
        }
        wanted = 10_000;
        misses = 0;
      } catch (CliFailure e) {
        if (e.exitCode() != ExitCode.NO_SERVER || ++misses > MISSES) {
          throw e;
        }
      }
      OperationWatch.pause();
    }
  }

  private void follow(AdminClient client, String instance, int first, Set<String> followed) {
    try {
      stream(client, instance, instance + "  ", first);
    } catch (IOException | CliFailure e) {
      screen.note(instance + "  no more lines: " + e.getMessage());
    } finally {
      followed.remove(instance);
    }
  }

  private void stream(AdminClient client, String instance, String prefix, int first)
      throws IOException {
    client.stream(
        "/api/v1/logs/" + instance + "?follow=true&lines=" + first,
        "",
        (_, event, data) ->
            screen.line(
                event.equals("missed")
                    ? prefix + "(" + data + " lines came too fast and are not shown)"
                    : prefix + data));
  }
}

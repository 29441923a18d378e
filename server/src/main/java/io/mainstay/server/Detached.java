package io.mainstay.server;

import io.mainstay.cli.ExitCode;
import io.mainstay.cli.Screen;
import io.mainstay.cli.UpRunner;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code mainstay up --detach}: starts the same command in the background, in a session of its own,
 * and waits until its API says that it is ready.
 */
final class Detached {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern PID = Pattern.compile("\"pid\"\\s*:\\s*(\\d+)");

  private final String[] arguments;
  private final UpRunner.Request request;

  Detached(String[] arguments, UpRunner.Request request) {
    this.arguments = arguments.clone();
    this.request = request;
  }

  int start(Screen screen) {
    try {
      Files.createDirectories(request.dataDirectory());
      Path output = request.dataDirectory().resolve("detached.log");
      Process process =
          new ProcessBuilder(command())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
              .redirectErrorStream(true)
              .start();
      return await(process, output, screen);
    } catch (IOException e) {
      screen.err().println("mainstay: cannot go on in the background: " + e);
      return ExitCode.FAILED;
    }
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add("setsid");
    ProcessHandle.Info self = ProcessHandle.current().info();
    command.add(self.command().orElse("java"));
    command.addAll(java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    for (String argument : arguments) {
      if (!argument.equals("--detach")) {
        command.add(argument);
      }
    }
    return command;
  }

  private int await(Process process, Path output, Screen screen) throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (process.isAlive() && System.nanoTime() < end) {
      if (isReady(process.pid())) {
        screen
            .out()
            .print(
                "mainstay runs in the background, pid "
                    + process.pid()
                    + "; see it with: mainstay status --admin "
                    + request.admin()
                    + "\n");
        return ExitCode.DONE;
      }
      java.util.concurrent.locks.LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
    if (process.isAlive()) {
      screen
          .err()
          .println(
              "mainstay: pid "
                  + process.pid()
                  + " is not ready after "
                  + PATIENCE.toSeconds()
                  + " s");
    } else {
      screen.err().println(Files.readString(output, StandardCharsets.UTF_8).strip());
    }
    return ExitCode.FAILED;
  }

  /** Whether that very process answers: another server may have had the address before. */
  private boolean isReady(long pid) {
    return answer("/readyz").isPresent()
        && answer("/api/v1/server")
            .filter(text -> PID.matcher(text).results().anyMatch(m -> m.group(1).equals("" + pid)))
            .isPresent();
  }

  private Optional<String> answer(String path) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create("http://" + request.admin() + path).toURL().openConnection();
      connection.setConnectTimeout(500);
      connection.setReadTimeout(500);
      if (connection.getResponseCode() != 200) {
        return Optional.empty();
      }
      try (InputStream body = connection.getInputStream()) {
        return Optional.of(new String(body.readNBytes(65_536), StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}

package io.mainstay.server;

import io.mainstay.cli.ExitCode;
import io.mainstay.cli.LiveView;
import io.mainstay.cli.Screen;
import io.mainstay.cli.UpRunner;
import io.mainstay.model.Actor;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.SpecProblem;
import io.mainstay.ports.SpecReader;
import io.mainstay.spec.YamlSpecReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** {@code mainstay up}: a server in this process, with a living line a service. */
final class UpInForeground implements UpRunner {
  private static final Duration REDRAW = Duration.ofMillis(250);

  /** Nobody watches a file or a pipe as closely, and looking costs. */
  private static final Duration REPRINT = Duration.ofSeconds(2);

  private final String[] arguments;

  UpInForeground(String[] arguments) {
    this.arguments = arguments.clone();
  }

  @Override
  public int run(Request request, Screen screen) {
    Optional<Deployment> deployment = Optional.empty();
    if (request.file().isPresent()) {
      switch (read(request.file().get(), screen)) {
        case SpecReader.Outcome.Valid valid -> deployment = Optional.of(valid.deployment());
        case SpecReader.Outcome.Invalid invalid -> {
          invalid.problems().stream().map(SpecProblem::describe).forEach(screen.err()::println);
          return ExitCode.USAGE;
        }
        case null -> {
          return ExitCode.USAGE;
        }
      }
    }
    if (request.detach()) {
      return new Detached(arguments, request).start(screen);
    }
    ServerOptions options =
        new ServerOptions(
            request.file(),
            request.dataDirectory(),
            request.admin(),
            new NodeName(request.node().orElseGet(UpInForeground::hostName)),
            request.cluster(),
            request.joining());
    Server server = new Server(options, deployment);
    handleSignals(server);
    try {
      server.start();
    } catch (StartFailure e) {
      screen.err().println("mainstay: " + e.getMessage());
      return ExitCode.FAILED;
    }
    return show(server, options, screen);
  }

  private static int show(Server server, ServerOptions options, Screen screen) {
    LiveView view = new LiveView(screen);
    screen
        .out()
        .print(
            view.message(
                "mainstay "
                    + Main.VERSION
                    + " on "
                    + options.node()
                    + ": API and console at http://"
                    + server.admin()
                    + "/, data in "
                    + options.data()));
    try {
      while (!server.awaitEnd(screen.terminal() ? REDRAW : REPRINT)) {
        screen.out().print(view.next(server.status()));
      }
      screen.out().print(view.message("mainstay: ending in order; once more to kill what is left"));
      AtomicReference<Optional<Exception>> problem = new AtomicReference<>(Optional.empty());
      Thread ending =
          Thread.ofPlatform()
              .name("server-end")
              .start(() -> {
                try {
                  server.end();
                } catch (InterruptedException | RuntimeException e) {
                  problem.set(Optional.of(e));
                }
              });
      while (!ending.join(REDRAW)) {
        screen.out().print(view.ending(server.left()));
      }
      if (problem.get().isPresent()) {
        screen.err().println("mainstay: did not end in order: " + problem.get().get());
        return ExitCode.FAILED;
      }
      screen.out().print(view.message("mainstay: ended"));
      return ExitCode.DONE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.FAILED;
    }
  }

  private static void handleSignals(Server server) {
    AtomicInteger ends = new AtomicInteger();
    ProcessSignals.handle(
        () -> {
          if (ends.incrementAndGet() > 1) {
            server.hurry();
          }
          server.stop(false, Actor.operator("signal"), "SIGTERM or SIGINT");
        },
        // Comes with TERM from some session managers: not a wish to hurry.
        () -> server.stop(false, Actor.operator("signal"), "SIGHUP: the terminal was closed"),
        () -> server.stop(true, Actor.operator("signal"), "SIGUSR1"));
  }

  private static SpecReader.@org.jspecify.annotations.Nullable Outcome read(
      Path file, Screen screen) {
    try {
      Path folder = file.toAbsolutePath().normalize().getParent();
      return new YamlSpecReader()
          .read(
              Files.readString(file),
              asTyped(file),
              folder == null ? file.toAbsolutePath() : folder);
    } catch (MalformedInputException e) {
      screen
          .err()
          .println("mainstay: " + file + ": not UTF-8 text (expected: a YAML file in UTF-8)");
    } catch (IOException e) {
      screen.err().println("mainstay: " + file + ": cannot be read: " + e);
    }
    return null;
  }

  /** Relative to where the user stands, as far as possible. */
  private static String asTyped(Path file) {
    Path here = Path.of("").toAbsolutePath();
    return file.startsWith(here) ? here.relativize(file).toString() : file.toString();
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}

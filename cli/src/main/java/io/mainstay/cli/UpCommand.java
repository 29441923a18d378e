package io.mainstay.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mainstay up}. */
@Command(
    name = "up",
    description = "Starts a server here and applies the file.",
    footer = {
      "",
      "Ctrl-C and SIGTERM stop everything in order; SIGUSR1 ends the server only.",
      "Example:",
      "  mainstay up mainstay.yaml",
      "  mainstay up mainstay.yaml --data /var/lib/mainstay --detach"
    })
final class UpCommand implements Callable<Integer> {
  private final CliContext context;

  @Parameters(paramLabel = "FILE", description = "The file.")
  private Path file = Path.of("");

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The data folder. Default: .mainstay beside FILE.")
  private @Nullable Path data;

  @Mixin private ServerOption server = new ServerOption();
  @Mixin private ClusterMixin cluster = new ClusterMixin();

  @Option(
      names = "--node",
      paramLabel = "NAME",
      description = "Of this machine. Default: its host name.")
  private @Nullable String node;

  @Option(names = "--detach", description = "Go on in the background once it is ready.")
  private boolean detach;

  UpCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (!Files.isRegularFile(file)) {
      throw new CliFailure(ExitCode.USAGE, file + ": no such file (expected: a mainstay.yaml)");
    }
    checkNode(node);
    Path path = file.toAbsolutePath().normalize();
    Path folder = data == null ? path.resolveSibling(".mainstay") : data;
    return context
        .parts()
        .up()
        .get()
        .run(
            new UpRunner.Request(
                Optional.of(path),
                folder.toAbsolutePath().normalize(),
                server.address(context.environment()),
                Optional.ofNullable(node),
                detach,
                cluster.options(),
                Optional.empty()),
            context.screen());
  }

  /** A name for a machine. */
  static void checkNode(@Nullable String node) {
    if (node != null && !node.matches("[A-Za-z0-9._-]{1,253}")) {
      throw new CliFailure(
          ExitCode.USAGE, "--node: '" + node + "' (expected: 1 to 253 of A-Z a-z 0-9 . _ -)");
    }
  }
}

package io.mainstay.cli;

import io.mainstay.model.Address;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mainstay join}. */
@Command(
    name = "join",
    description = "Starts a server here as one more of a cluster.",
    footer = {
      "",
      "'mainstay token' on a server of the cluster prints the whole command. The token is needed",
      "once; later starts of the same data folder go without it.",
      "Example:",
      "  mainstay join 10.0.0.1:7070 --token mst1.… --label zone=b --detach"
    })
final class JoinCommand implements Callable<Integer> {
  private final CliContext context;

  @Parameters(paramLabel = "HOST:PORT", description = "The API of a server of the cluster.")
  private String to = "";

  @Option(names = "--token", paramLabel = "TOKEN", description = "As 'mainstay token' printed it.")
  private @Nullable String token;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The data folder. Default: .mainstay in the present folder.")
  private Path data = Path.of(".mainstay");

  @Mixin private ServerOption server = new ServerOption();
  @Mixin private ClusterMixin cluster = new ClusterMixin();

  @Option(
      names = "--node",
      paramLabel = "NAME",
      description = "Of this machine. Default: its host name.")
  private @Nullable String node;

  @Option(
      names = "--witness",
      description = {
        "Runs no instances: only carries the coordination and helps to see which machine is gone."
      })
  private boolean witness;

  @Option(names = "--detach", description = "Go on in the background once it is ready.")
  private boolean detach;

  JoinCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Address address =
        Address.parse(to)
            .filter(parsed -> parsed.port() > 0)
            .orElseThrow(() ->
                new CliFailure(
                    ExitCode.USAGE,
                    "HOST:PORT: "
                        + to
                        + " (expected: the API of a server, such as 10.0.0.1:7070)"));
    UpCommand.checkNode(node);
    return context
        .parts()
        .up()
        .get()
        .run(
            new UpRunner.Request(
                Optional.empty(),
                data.toAbsolutePath().normalize(),
                server.address(context.environment()),
                Optional.ofNullable(node),
                detach,
                cluster.joining(witness),
                Optional.of(new UpRunner.Joining(address, Optional.ofNullable(token)))),
            context.screen());
  }
}

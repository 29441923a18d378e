package io.mainstay.cli;

import io.mainstay.model.Address;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which server to talk to. */
final class ServerOption {
  static final String VARIABLE = "MAINSTAY_ADMIN";
  static final String DEFAULT = "127.0.0.1:7070";

  @Option(
      names = "--admin",
      paramLabel = "HOST:PORT",
      description = "The server's admin address. Default: MAINSTAY_ADMIN, else 127.0.0.1:7070.")
  private @Nullable String admin;

  /** The address. */
  Address address(SequencedMap<String, String> environment) {
    String variable = environment.getOrDefault(VARIABLE, "");
    String text = admin != null ? admin : variable.isEmpty() ? DEFAULT : variable;
    String from = admin != null || variable.isEmpty() ? "--admin" : VARIABLE;
    return Address.parse(text)
        .filter(address -> address.port() > 0)
        .orElseThrow(() ->
            new CliFailure(
                ExitCode.USAGE,
                from + ": " + text + " (expected: HOST:PORT such as " + DEFAULT + ")"));
  }
}

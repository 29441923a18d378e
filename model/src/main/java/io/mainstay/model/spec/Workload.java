package io.mainstay.model.spec;

import io.mainstay.model.Address;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SequencedMap;

/** What a service consists of. */
public sealed interface Workload {
  /**
   * Processes that Mainstay starts.
   *
   * @param command its words, unexpanded, at least one
   * @param directory absolute working directory
   * @param environment names unique, each behind those that its value names
   * @param user whom to run as; empty: the user Mainstay runs as
   * @param limits resources
   */
  record Run(
      List<String> command,
      Path directory,
      SequencedMap<String, EnvironmentValue> environment,
      Optional<String> user,
      Limits limits)
      implements Workload {
    /** Copies the collections. */
    public Run {
      command = List.copyOf(command);
      environment = ServiceSpec.copy(environment);
    }
  }

  /**
   * Addresses that somebody else runs; only checked and balanced. Instance k is the k-th of them;
   * the last {@code standby.count} are the standbys.
   *
   * @param addresses at least one
   */
  record Upstreams(List<Address> addresses) implements Workload {
    /** Copies the list. */
    public Upstreams {
      addresses = List.copyOf(addresses);
    }
  }

  /** Where the value of an environment variable comes from. File and command values are secrets. */
  sealed interface EnvironmentValue {
    /**
     * Written in the file.
     *
     * @param text unexpanded
     */
    record Text(String text) implements EnvironmentValue {}

    /**
     * The content of a file at each start, one trailing line break removed.
     *
     * @param path absolute
     */
    record FromFile(Path path) implements EnvironmentValue {}

    /**
     * The output of a command at each start, one trailing line break removed.
     *
     * @param command its words
     */
    record FromCommand(List<String> command) implements EnvironmentValue {
      /** Copies the words. */
      public FromCommand {
        command = List.copyOf(command);
      }
    }
  }

  /**
   * Resource limits of an instance.
   *
   * @param memoryBytes hard limit
   * @param cpuCores such as 1.5
   * @param files open file descriptors
   */
  record Limits(OptionalLong memoryBytes, OptionalDouble cpuCores, OptionalLong files) {
    /** No limits. */
    public static final Limits NONE =
        new Limits(OptionalLong.empty(), OptionalDouble.empty(), OptionalLong.empty());
  }
}

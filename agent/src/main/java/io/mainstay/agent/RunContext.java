package io.mainstay.agent;

import io.mainstay.model.Address;
import io.mainstay.model.spec.Checks;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.Workload;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;

/**
 * What one run works with. Holds secrets: it is never written down, shown, or logged.
 *
 * @param spec of the run
 * @param variables of the run
 * @param port that it was given
 * @param address where it can be asked
 * @param command expanded; empty for upstreams
 * @param checks expanded
 */
record RunContext(
    ServiceSpec spec,
    Variables variables,
    OptionalInt port,
    Optional<Address> address,
    List<String> command,
    Checks checks) {

  /** For a process that runs although its variables cannot be found out any more. */
  static RunContext bare(World world, ServiceSpec spec, OptionalInt port) {
    SequencedMap<String, String> given = new LinkedHashMap<>();
    port.ifPresent(number -> given.put("PORT", Integer.toString(number)));
    Variables variables = new Variables(given, world.settings().environment());
    Optional<Address> address =
        port.isPresent()
            ? Optional.of(new Address(world.settings().host(), port.getAsInt()))
            : Optional.empty();
    return new RunContext(
        spec, variables, port, address, List.of(), variables.expand(spec.checks()));
  }

  /** The same run with changed rules. */
  RunContext with(ServiceSpec newer) {
    return new RunContext(
        newer, variables, port, address, command, variables.copy().expand(newer.checks()));
  }

  /** Where commands run. */
  Path directory() {
    return switch (spec.workload()) {
      case Workload.Run run -> variables.copy().expand(run.directory());
      case Workload.Upstreams _ -> Path.of("/");
    };
  }

  /** Whom commands run as. */
  Optional<String> user() {
    return switch (spec.workload()) {
      case Workload.Run run -> run.user().map(variables.copy()::expand);
      case Workload.Upstreams _ -> Optional.empty();
    };
  }

  /** Limits of the process. */
  Workload.Limits limits() {
    return switch (spec.workload()) {
      case Workload.Run run -> run.limits();
      case Workload.Upstreams _ -> Workload.Limits.NONE;
    };
  }

  @Override
  public String toString() {
    return "RunContext[" + spec.name() + "]";
  }
}

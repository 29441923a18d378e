package io.mainstay.simulator;

import io.mainstay.model.Address;
import io.mainstay.model.state.Endpoint;
import java.util.Optional;

/**
 * A request goes only to a run that the agent calls ready and has not withdrawn, and whose check
 * has really passed at least once.
 */
final class NoTrafficToTheUnready implements Invariant {
  @Override
  public String claim() {
    return "no traffic to what is not ready";
  }

  @Override
  public Optional<String> broken(World world) {
    for (Notes.Routed routed : world.notes().routed()) {
      Endpoint endpoint = routed.endpoint();
      if (endpoint.readiness() != Endpoint.Readiness.READY) {
        return Optional.of("a request for " + name(endpoint) + ": " + endpoint.readiness());
      }
      if (routed.withdrawn()) {
        return Optional.of("a request for " + name(endpoint) + ", which was withdrawn");
      }
      boolean neverPassed =
          endpoint
              .address()
              .map(Address::port)
              .flatMap(world.machine()::at)
              .filter(process -> process.instance.equals(endpoint.id()))
              .filter(process -> !process.passed)
              .isPresent();
      if (neverPassed) {
        return Optional.of("a request for " + name(endpoint) + " before its first pass");
      }
    }
    return Optional.empty();
  }

  private static String name(Endpoint endpoint) {
    return endpoint.id() + "/" + endpoint.generation();
  }
}

package io.mainstay.simulator;

import io.mainstay.model.Address;
import io.mainstay.model.NodeName;
import io.mainstay.model.state.Endpoint;
import java.util.Optional;

/**
 * A request goes only to a run that the agent calls ready and has not withdrawn, and whose check
 * has really passed at least once. Of other machines a gateway knows what has been stored: that a
 * run ended and another one began at its address it may not know for some seconds, or as long as
 * either machine cannot speak with the coordinator.
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
              .flatMap(world.node(endpoint.node()).machine()::at)
              .filter(process -> process.instance.equals(endpoint.id()))
              .filter(process -> !process.passed)
              .filter(process -> isOldNews(routed, process, world))
              .isPresent();
      if (neverPassed) {
        return Optional.of("a request for " + name(endpoint) + " before its first pass");
      }
    }
    return Optional.empty();
  }

  /** Whether the gateway has had the time to hear of that run. */
  private static boolean isOldNews(Notes.Routed routed, SimulatedProcess process, World world) {
    NodeName node = routed.endpoint().node();
    return routed.from().equals(node)
        || (world.calm().isCalm(routed.from())
            && world.calm().isCalm(node)
            && world.time().now().since(process.startedAt).compareTo(Calm.NEWS_TRAVELS) > 0);
  }

  private static String name(Endpoint endpoint) {
    return endpoint.id() + "/" + endpoint.generation();
  }
}

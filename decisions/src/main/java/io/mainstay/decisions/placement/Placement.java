package io.mainstay.decisions.placement;

import io.mainstay.decisions.fleet.Member;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.PortPolicy;
import io.mainstay.model.spec.ServiceSpec;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** On which node a new instance runs: where the fewest of its service are, then by name. */
public final class Placement {
  private Placement() {}

  /**
   * The node for one more instance; empty if there is none, for instance since a fixed port is
   * taken by another instance of the service on each.
   *
   * @param nodes that take instances, sorted
   * @param members all instances of the service, those on their way out included
   */
  public static Optional<NodeName> choose(
      ServiceSpec spec, List<NodeName> nodes, List<Member> members) {
    boolean oneANode = spec.port() instanceof PortPolicy.Fixed;
    return nodes.stream()
        .filter(node -> !oneANode || count(node, members) == 0)
        .min(
            Comparator.comparingLong((NodeName node) -> count(node, members))
                .thenComparing(Comparator.naturalOrder()));
  }

  private static long count(NodeName node, List<Member> members) {
    return members.stream().filter(member -> member.node().equals(node)).count();
  }
}

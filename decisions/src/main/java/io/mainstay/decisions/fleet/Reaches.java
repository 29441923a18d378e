package io.mainstay.decisions.fleet;

import io.mainstay.decisions.fleet.Member.Reach;
import io.mainstay.decisions.nodes.NodeStanding;
import io.mainstay.model.state.NodeState;

/** Whether what agents said still holds, by how their nodes stand. */
final class Reaches {
  private Reaches() {}

  static Reach of(NodeStanding standing, ServiceView view) {
    boolean lost =
        view.wanted().isPresent()
            ? standing.isGoneFor(view.wanted().get().spec().disconnect().lostAfter())
            : standing.state() == NodeState.LOST;
    if (lost) {
      return Reach.LOST;
    }
    return standing.state() == NodeState.SUSPECT || standing.state() == NodeState.LOST
        ? Reach.SUSPECT
        : Reach.PRESENT;
  }
}

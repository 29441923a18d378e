package io.mainstay.decisions.nodes;

import io.mainstay.model.state.NodeState;

/** The states of a node and what leads from one to the other. */
public final class NodeTransition {
  private NodeTransition() {}

  /**
   * What holds now.
   *
   * @param present its session lives
   * @param joining something must happen before it takes instances
   * @param drain it is to be emptied
   * @param silent without session and without answer for long enough
   */
  public record Input(boolean present, boolean joining, boolean drain, boolean silent) {}

  /**
   * The next state. What is lost stays so until its session is back: answers that gateways get
   * meanwhile do not bring it back, since others took its place.
   */
  public static NodeState next(NodeState before, Input input) {
    if (input.present()) {
      return input.joining()
          ? NodeState.JOINING
          : input.drain() ? NodeState.DRAINING : NodeState.READY;
    }
    return switch (before) {
      case LOST -> NodeState.LOST;
      case REMOVED -> NodeState.REMOVED;
      case JOINING, READY, DRAINING, SUSPECT -> input.silent() ? NodeState.LOST : NodeState.SUSPECT;
    };
  }
}

package io.mainstay.decisions.status;

import io.mainstay.decisions.fleet.Member;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.InstanceState;
import io.mainstay.model.state.ObservedInstance;
import io.mainstay.model.state.Role;

/**
 * The state that users see, from what is wanted, what the agent observed and what the traffic says.
 * What runs but is kept out of the traffic, by its check, by ejection or by hand, is {@code
 * isolated}.
 */
public final class InstanceStates {
  private InstanceStates() {}

  /**
   * What is shown of one instance.
   *
   * @param state derived
   * @param role as the traffic has it: a standby that the gateway promoted serves
   * @param reason one sentence
   */
  public record Shown(InstanceState state, Role role, String reason) {}

  /** Derives it. */
  public static Shown derive(Member member) {
    String observed =
        member
            .observed()
            .map(ObservedInstance::reason)
            .filter(text -> !text.isEmpty())
            .orElse("its agent has not reported on it yet");
    Role role = member.assignment().role();
    if (member.lost()) {
      String lost = "its node " + member.node() + " is lost; before that: " + observed;
      return new Shown(InstanceState.STOPPED, role, lost);
    }
    return switch (member.phase()) {
      case PENDING -> new Shown(InstanceState.PENDING, role, observed);
      case STARTING -> new Shown(InstanceState.STARTING, role, observed);
      case READY -> ready(member, observed);
      case NOT_READY -> new Shown(InstanceState.ISOLATED, role, observed);
      case FROZEN, PREPARED -> new Shown(InstanceState.STANDBY, role, observed);
      case DRAINING -> new Shown(InstanceState.DRAINING, role, observed);
      case HELD -> held(member, observed);
      case STOPPING -> new Shown(InstanceState.STOPPING, role, observed);
      case BACKING_OFF -> new Shown(InstanceState.BACKING_OFF, role, observed);
      case PARKED -> new Shown(InstanceState.PARKED, role, observed);
      case STOPPED -> new Shown(InstanceState.STOPPED, role, observed);
    };
  }

  private static Shown ready(Member member, String observed) {
    if (member.ejected().isPresent()) {
      return new Shown(
          InstanceState.ISOLATED,
          member.assignment().role(),
          "ejected by its traffic: " + member.ejected().get());
    }
    if (member.isServing()) {
      return new Shown(InstanceState.SERVING, Role.SERVING, observed);
    }
    return member.routed()
        ? new Shown(InstanceState.SERVING, Role.SERVING, "promoted by the gateway; " + observed)
        : new Shown(InstanceState.STANDBY, Role.STANDBY, observed);
  }

  private static Shown held(Member member, String observed) {
    InstanceState state =
        member.assignment().directive() == Directive.DRAIN
            ? InstanceState.DRAINING
            : InstanceState.ISOLATED;
    return new Shown(state, member.assignment().role(), observed);
  }
}

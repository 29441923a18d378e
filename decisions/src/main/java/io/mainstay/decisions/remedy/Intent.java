package io.mainstay.decisions.remedy;

import io.mainstay.model.Actor;
import io.mainstay.model.InstanceId;
import java.util.Locale;

/**
 * Something that a decider wants to do to an instance and that may cost capacity.
 *
 * @param kind what
 * @param instance to whom
 * @param takesTraffic whether the instance serves requests now, so that these lose it
 * @param force an operator overrules the governor
 * @param actor who wants it
 * @param reason one sentence
 */
public record Intent(
    Kind kind,
    InstanceId instance,
    boolean takesTraffic,
    boolean force,
    Actor actor,
    String reason) {

  /** What can be wanted. */
  public enum Kind {
    /** Its live check fails. */
    LIVE_RESTART(true),
    /** An operator wants it. */
    OPERATOR_RESTART(true),
    /** Another one failed whose group it belongs to. */
    GROUP_RESTART(true),
    /** A changed spec, where old and new cannot run side by side. */
    UPDATE_IN_PLACE(true),
    /** A changed spec, and the new instance is ready. */
    UPDATE(false),
    /** An operator takes it out of the traffic. */
    DRAIN(false),
    /** An operator takes it out for a look at it. */
    ISOLATE(false),
    /** A standby takes its place because an operator said so. */
    DEMOTE(false),
    /** Fewer are wanted. */
    SCALE_IN(false),
    /** Its node is emptied, and another one took its place. */
    NODE_DRAIN(false),
    /** It does not work, and a fresh one took its place. */
    REPLACE(false);

    private final boolean restart;
    private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

    Kind(boolean restart) {
      this.restart = restart;
    }

    /** Whether the instance comes back by itself, so that one can wait for it. */
    public boolean isRestart() {
      return restart;
    }

    /** The kebab-case name that users see. */
    public String label() {
      return label;
    }
  }
}

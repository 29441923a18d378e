package io.mainstay.decisions.lifecycle;

import io.mainstay.decisions.lifecycle.LifecyclePolicy.Wish;
import io.mainstay.decisions.lifecycle.LifecycleState.Adopting;
import io.mainstay.decisions.lifecycle.LifecycleState.Aim;
import io.mainstay.decisions.lifecycle.LifecycleState.BackingOff;
import io.mainstay.decisions.lifecycle.LifecycleState.BeforeStart;
import io.mainstay.decisions.lifecycle.LifecycleState.BeforeStop;
import io.mainstay.decisions.lifecycle.LifecycleState.Cause;
import io.mainstay.decisions.lifecycle.LifecycleState.Clearing;
import io.mainstay.decisions.lifecycle.LifecycleState.Draining;
import io.mainstay.decisions.lifecycle.LifecycleState.Freezing;
import io.mainstay.decisions.lifecycle.LifecycleState.Frozen;
import io.mainstay.decisions.lifecycle.LifecycleState.Held;
import io.mainstay.decisions.lifecycle.LifecycleState.Launching;
import io.mainstay.decisions.lifecycle.LifecycleState.NotReady;
import io.mainstay.decisions.lifecycle.LifecycleState.Parked;
import io.mainstay.decisions.lifecycle.LifecycleState.Pending;
import io.mainstay.decisions.lifecycle.LifecycleState.Prepared;
import io.mainstay.decisions.lifecycle.LifecycleState.Ready;
import io.mainstay.decisions.lifecycle.LifecycleState.Rehearsing;
import io.mainstay.decisions.lifecycle.LifecycleState.Resolving;
import io.mainstay.decisions.lifecycle.LifecycleState.SettingUp;
import io.mainstay.decisions.lifecycle.LifecycleState.Starting;
import io.mainstay.decisions.lifecycle.LifecycleState.Stopped;
import io.mainstay.decisions.lifecycle.LifecycleState.Terminating;
import io.mainstay.decisions.lifecycle.LifecycleState.Thawing;
import io.mainstay.model.state.Endpoint.Readiness;
import io.mainstay.model.state.Phase;

/** What follows from a state alone, for others to see and for the agent to act on. */
public final class LifecycleView {
  private LifecycleView() {}

  /** Where the instance stands, as others are told. */
  public static Phase phase(LifecycleState state) {
    return switch (state) {
      case Pending _ -> Phase.PENDING;
      case Resolving _, SettingUp _, BeforeStart _, Launching _, Adopting _, Starting _ ->
          Phase.STARTING;
      case Prepared _ -> Phase.PREPARED;
      case Ready _ -> Phase.READY;
      case NotReady _ -> Phase.NOT_READY;
      case Freezing _, Frozen _, Thawing _, Rehearsing _ -> Phase.FROZEN;
      case Held _ -> Phase.HELD;
      case Draining _ -> Phase.DRAINING;
      case BeforeStop _, Terminating _ -> Phase.STOPPING;
      case Clearing clearing ->
          clearing.cause() == Cause.ORDERED ? Phase.STOPPING : Phase.BACKING_OFF;
      case BackingOff _ -> Phase.BACKING_OFF;
      case Parked _ -> Phase.PARKED;
      case Stopped _ -> Phase.STOPPED;
    };
  }

  /**
   * The generation under which the gateway is told. Once a run can serve no more and is to be
   * followed by another, that is the one that is on its way, so that requests are held for it.
   */
  public static long generation(LifecycleState state, LifecyclePolicy policy) {
    Memory memory = state.memory();
    boolean over =
        switch (state) {
          case BeforeStop _, Terminating _, Clearing _, BackingOff _ -> memory.used();
          case Pending _,
              Resolving _,
              SettingUp _,
              Prepared _,
              BeforeStart _,
              Launching _,
              Adopting _,
              Starting _,
              Ready _,
              NotReady _,
              Freezing _,
              Frozen _,
              Thawing _,
              Rehearsing _,
              Held _,
              Draining _,
              Parked _,
              Stopped _ ->
              false;
        };
    return over && policy.wish() == Wish.RUN ? memory.generation() + 1 : memory.generation();
  }

  /** What the gateway is told: requests are held for what is on its way. */
  public static Readiness readiness(LifecycleState state, LifecyclePolicy policy) {
    boolean wanted = policy.wish() == Wish.RUN;
    return switch (state) {
      case Pending _,
          Resolving _,
          SettingUp _,
          BeforeStart _,
          Launching _,
          Adopting _,
          Starting _,
          BeforeStop _,
          Terminating _,
          Clearing _,
          BackingOff _ ->
          wanted ? Readiness.STARTING : Readiness.OUT;
      case Ready _ -> Readiness.READY;
      case NotReady _ -> Readiness.NOT_READY;
      case Freezing _, Frozen _, Thawing _, Rehearsing _ -> Readiness.FROZEN;
      case Held _, Draining _ -> Readiness.DRAINING;
      case Prepared _, Parked _, Stopped _ -> Readiness.OUT;
    };
  }

  /** Whether startup, ready and live checks run. */
  public static boolean isChecked(LifecycleState state) {
    return switch (state) {
      case Starting _, Ready _, NotReady _, Held _ -> true;
      case Pending _,
          Resolving _,
          SettingUp _,
          BeforeStart _,
          Launching _,
          Adopting _,
          Prepared _,
          Freezing _,
          Frozen _,
          Thawing _,
          Rehearsing _,
          Draining _,
          BeforeStop _,
          Terminating _,
          Clearing _,
          BackingOff _,
          Parked _,
          Stopped _ ->
          false;
    };
  }

  /**
   * Whether the process may be without CPU. Written down before it is frozen and until it was
   * thawed, so that a server that takes it over knows.
   */
  public static boolean mayBeFrozen(LifecycleState state) {
    return switch (state) {
      case Freezing _, Frozen _, Thawing _, Rehearsing _ -> true;
      case Adopting adopting -> adopting.frozen();
      case Pending _,
          Resolving _,
          SettingUp _,
          BeforeStart _,
          Launching _,
          Prepared _,
          Starting _,
          Ready _,
          NotReady _,
          Held _,
          Draining _,
          BeforeStop _,
          Terminating _,
          Clearing _,
          BackingOff _,
          Parked _,
          Stopped _ ->
          false;
    };
  }

  /** Whether a process may exist: the identity or the nonce of it must stay written down. */
  public static boolean mayHaveProcess(LifecycleState state) {
    return switch (state) {
      case LifecycleState.Up _, Launching _, Adopting _, Clearing _ -> true;
      case Pending _,
          Resolving _,
          SettingUp _,
          BeforeStart _,
          Prepared _,
          BackingOff _,
          Parked _,
          Stopped _ ->
          false;
    };
  }

  /** Whether requests may be in flight on it that a drain must wait for. */
  static boolean mayServe(LifecycleState.Up state) {
    return switch (state) {
      case Ready _, NotReady _, Held _, Draining _ -> true;
      case Starting _, Freezing _, Frozen _, Thawing _, Rehearsing _, BeforeStop _, Terminating _ ->
          false;
    };
  }

  /** Whether an exit is what was asked for. */
  static boolean isEnding(LifecycleState.Up state) {
    return switch (state) {
      case Draining draining -> draining.aim() == Aim.STOP;
      case BeforeStop _, Terminating _ -> true;
      case Starting _, Ready _, NotReady _, Freezing _, Frozen _, Thawing _, Rehearsing _, Held _ ->
          false;
    };
  }
}

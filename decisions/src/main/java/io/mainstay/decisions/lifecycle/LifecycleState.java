package io.mainstay.decisions.lifecycle;

import java.time.Duration;

/** Where an instance stands; each state carries what it needs to go on. */
public sealed interface LifecycleState {
  /** What it keeps over its runs. */
  Memory memory();

  /** There is a process (or an address that somebody else runs), as far as is known. */
  sealed interface Up extends LifecycleState {
    /** What is known about it. */
    Run run();

    /** The same state with newer knowledge. */
    Up with(Run run);
  }

  /** Assigned; waits for what it depends on. */
  record Pending(Memory memory) implements LifecycleState {}

  /** Environment, port and commands of the run are being found out. */
  record Resolving(Memory memory) implements LifecycleState {}

  /** The setup hook runs. */
  record SettingUp(Memory memory) implements LifecycleState {}

  /** A cold standby: set up, not started. */
  record Prepared(Memory memory) implements LifecycleState {}

  /** The start hook runs. */
  record BeforeStart(Memory memory) implements LifecycleState {}

  /** The intent is written down, and the process is being started. */
  record Launching(Memory memory) implements LifecycleState {}

  /**
   * A process of an earlier server is being taken over.
   *
   * @param frozen whether it was frozen, as far as was written down
   */
  record Adopting(Memory memory, boolean frozen) implements LifecycleState {}

  /** It runs; its first pass is awaited. */
  record Starting(Memory memory, Run run) implements Up {
    @Override
    public Starting with(Run newer) {
      return new Starting(memory, newer);
    }
  }

  /**
   * It may take traffic.
   *
   * @param onDemand a warm standby that was thawed because it was needed
   */
  record Ready(Memory memory, Run run, boolean onDemand) implements Up {
    @Override
    public Ready with(Run newer) {
      return new Ready(memory, newer, onDemand);
    }
  }

  /** It runs, but its ready check fails. */
  record NotReady(Memory memory, Run run) implements Up {
    @Override
    public NotReady with(Run newer) {
      return new NotReady(memory, newer);
    }
  }

  /** Its CPU is being taken away. */
  record Freezing(Memory memory, Run run) implements Up {
    @Override
    public Freezing with(Run newer) {
      return new Freezing(memory, newer);
    }
  }

  /** A warm standby. */
  record Frozen(Memory memory, Run run) implements Up {
    @Override
    public Frozen with(Run newer) {
      return new Frozen(memory, newer);
    }
  }

  /**
   * Its CPU is being given back.
   *
   * @param onDemand because it is needed in the traffic while its role is still that of a standby
   */
  record Thawing(Memory memory, Run run, boolean onDemand) implements Up {
    @Override
    public Thawing with(Run newer) {
      return new Thawing(memory, newer, onDemand);
    }
  }

  /** A frozen standby is thawed and checked, to be frozen again. */
  record Rehearsing(Memory memory, Run run) implements Up {
    @Override
    public Rehearsing with(Run newer) {
      return new Rehearsing(memory, newer);
    }
  }

  /** Out of the traffic by an operator's wish, its process running. */
  record Held(Memory memory, Run run) implements Up {
    @Override
    public Held with(Run newer) {
      return new Held(memory, newer);
    }
  }

  /** What comes after a drain. */
  enum Aim {
    /** It ends; what follows then depends on the wish at that time. */
    STOP,
    /** It becomes a warm standby. */
    FREEZE
  }

  /**
   * Out of the traffic, requests in flight finish.
   *
   * @param aim what comes after
   * @param trafficDone whether no request is in flight any more
   * @param hookDone whether the drain hook has ended, or there is none
   */
  record Draining(Memory memory, Run run, Aim aim, boolean trafficDone, boolean hookDone)
      implements Up {
    @Override
    public Draining with(Run newer) {
      return new Draining(memory, newer, aim, trafficDone, hookDone);
    }
  }

  /** The stop hook runs. */
  record BeforeStop(Memory memory, Run run) implements Up {
    @Override
    public BeforeStop with(Run newer) {
      return new BeforeStop(memory, newer);
    }
  }

  /** The stop signal was sent. */
  record Terminating(Memory memory, Run run) implements Up {
    @Override
    public Terminating with(Run newer) {
      return new Terminating(memory, newer);
    }
  }

  /** Why the process is gone, which decides what follows. */
  enum Cause {
    /** It was told to end: it is started again at once if it is still wanted. */
    ORDERED,
    /** It exited with code 0 by itself. */
    COMPLETED,
    /** It failed, or could not be started. */
    FAILED
  }

  /**
   * The main process is gone or is being killed; leftovers of its group are being killed.
   *
   * @param how it ended, one phrase
   */
  record Clearing(Memory memory, Cause cause, String how) implements LifecycleState {}

  /**
   * It is started again after a delay.
   *
   * @param delay the whole of it
   */
  record BackingOff(Memory memory, Duration delay) implements LifecycleState {}

  /** It failed too often and is tried at long intervals. */
  record Parked(Memory memory) implements LifecycleState {}

  /** Why an instance is at rest. */
  enum Rest {
    /** Its restart policy says so. */
    COMPLETED,
    /** An operator holds it; it is started once released. */
    HELD,
    /** The server ends. */
    ENDED,
    /** It is not wanted any more. */
    REMOVED
  }

  /** It has no process and gets none until the wish changes. */
  record Stopped(Memory memory, Rest rest) implements LifecycleState {}
}

package io.mainstay.server.drill;

import io.mainstay.model.InstanceId;
import io.mainstay.model.state.Status.InstanceStatus;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Kills an instance, or takes the processor from one or from all of a service. */
final class SignalFault implements Fault {
  private final Breaker breaker;
  private final Breaker.Signal signal;
  private final String victim;
  private final List<InstanceStatus> victims;
  private final Predicate<InstanceStatus> isSameProcess;
  private boolean stopped;

  /**
   * Breaks these.
   *
   * @param victims whose processes are of this machine
   * @param isSameProcess whether one of them still is the process that it was
   */
  SignalFault(
      Breaker breaker,
      Breaker.Signal signal,
      String victim,
      List<InstanceStatus> victims,
      Predicate<InstanceStatus> isSameProcess) {
    this.breaker = breaker;
    this.signal = signal;
    this.victim = victim;
    this.victims = List.copyOf(victims);
    this.isSameProcess = isSameProcess;
  }

  @Override
  public String victim() {
    return victim;
  }

  @Override
  public Optional<InstanceId> instance() {
    return victims.size() == 1 && victims.getFirst().id().toString().equals(victim)
        ? Optional.of(victims.getFirst().id())
        : Optional.empty();
  }

  @Override
  public synchronized void inject() throws IOException {
    stopped = signal == Breaker.Signal.STOP;
    for (InstanceStatus one : victims) {
      breaker.send(one.pid().orElseThrow(), signal);
    }
  }

  @Override
  public synchronized void mend() {
    if (!stopped) {
      return;
    }
    stopped = false;
    for (InstanceStatus one : victims) {
      try {
        breaker.send(one.pid().orElseThrow(), Breaker.Signal.CONTINUE);
      } catch (IOException e) {
        // It was killed meanwhile, as a live check does: nothing is left to mend.
      }
    }
  }

  /** Those that hung so long that they do not come back by themselves get a new process. */
  @Override
  public void giveUp() {
    for (InstanceStatus one : victims) {
      if (signal == Breaker.Signal.STOP && isSameProcess.test(one)) {
        try {
          breaker.send(one.pid().orElseThrow(), Breaker.Signal.KILL);
        } catch (IOException e) {
          // It ended by itself.
        }
      }
    }
  }
}

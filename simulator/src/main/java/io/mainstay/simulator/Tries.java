package io.mainstay.simulator;

import io.mainstay.decisions.balancing.Candidate;
import io.mainstay.decisions.outliers.Member;
import io.mainstay.decisions.retry.FailedTry;
import io.mainstay.decisions.retry.FailureKind;
import io.mainstay.decisions.retry.RetryRule;
import io.mainstay.model.Address;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.state.Endpoint;
import io.mainstay.testkit.SeededRandomness;
import java.time.Duration;
import java.util.Optional;

/** What becomes of a request that was sent to an instance, near or far. */
final class Tries {
  private final SimulatedTraffic traffic;
  private final SimulatedTraffic.Gateway gateway;
  private final SeededRandomness random;
  private final Sometimes sometimes;
  private final TrafficWitness witness;

  Tries(
      SimulatedTraffic traffic,
      SimulatedTraffic.Gateway gateway,
      SeededRandomness random,
      Sometimes sometimes,
      TrafficWitness witness) {
    this.traffic = traffic;
    this.gateway = gateway;
    this.random = random;
    this.sometimes = sometimes;
    this.witness = witness;
  }

  /** A request on its way to one run. */
  private record Try(SimulatedRequest request, SimulatedRun run, long begun) {}

  void send(SimulatedRequest request, SimulatedRun run) {
    Endpoint endpoint = run.endpoint();
    witness.routed(gateway.node(), endpoint, traffic.isWithdrawn(endpoint));
    long begun = gateway.now();
    run.candidate().begun(begun);
    request.tries++;
    Try one = new Try(request, run, begun);
    if (!gateway.reach().answers(endpoint.node())) {
      sometimes.saw(Sometimes.State.MACHINE_UNREACHABLE);
      after(
          (int) traffic.policy().timeouts().connect().toMillis(),
          () -> failed(one, FailureKind.CONNECT, false));
      return;
    }
    Optional<SimulatedProcess> process =
        endpoint
            .address()
            .map(Address::port)
            .flatMap(port -> gateway.reach().at(endpoint.node(), port));
    if (process.isEmpty() || !process.get().isUp(trueNow())) {
      after(1, () -> failed(one, FailureKind.CONNECT, process.isEmpty()));
    } else if (process.get().isStill()) {
      after(timeoutMillis(), () -> failed(one, FailureKind.TIMEOUT, false));
    } else {
      if (!process.get().instance.equals(endpoint.id())) {
        sometimes.saw(Sometimes.State.STRANGER_ASKED);
      }
      int millis = process.get().latency(random) * slowdown(process.get(), run);
      after(millis, () -> answered(one, process.get()));
    }
  }

  private static int slowdown(SimulatedProcess process, SimulatedRun run) {
    return 1 + run.candidate().inFlight() / process.habits.workers();
  }

  private MonotonicTime trueNow() {
    return gateway.reach().now();
  }

  private void answered(Try one, SimulatedProcess process) {
    if (!gateway.reach().answers(one.run().endpoint().node()) || process.isStill()) {
      after(timeoutMillis(), () -> failed(one, FailureKind.TIMEOUT, false));
    } else if (!process.alive) {
      failed(one, FailureKind.RESET, true);
    } else if (process.answersWithError(random)) {
      failed(one, FailureKind.STATUS, false);
    } else {
      long now = gateway.now();
      Candidate candidate = one.run().candidate();
      process.cpu = process.cpu.plusMillis(10);
      candidate.heard(now);
      candidate.succeeded(now, now - one.begun());
      one.run().answered();
      one.request().answered.accept(SimulatedRequest.Answer.GOOD);
      Member member = traffic.detector().member(candidate.id(), candidate.generation());
      if (member != null) {
        traffic.changed(traffic.detector().answered(member, 1, now - one.begun(), now));
      }
      traffic.finished();
    }
  }

  private void failed(Try one, FailureKind kind, boolean gone) {
    long now = gateway.now();
    int status = kind == FailureKind.STATUS ? 500 : 0;
    Candidate candidate = one.run().candidate();
    SimulatedRequest request = one.request();
    if (kind == FailureKind.STATUS || kind == FailureKind.RESET || gone) {
      candidate.heard(now);
    }
    candidate.failed(now, now - one.begun(), Candidate.slowest(traffic.choices()));
    one.run().failed();
    Member member = traffic.detector().member(candidate.id(), candidate.generation());
    if (member != null) {
      traffic.changed(traffic.detector().failed(member, kind, status, now));
    }
    request.tried.add(candidate);
    request.tried.avoidNodes(kind == FailureKind.TIMEOUT || (kind == FailureKind.CONNECT && !gone));
    FailedTry failed =
        new FailedTry(
            kind,
            status,
            request.method,
            request.tries,
            kind != FailureKind.CONNECT,
            true,
            false,
            gone,
            anotherLeft(request));
    if (RetryRule.decide(traffic.policy().retries(), failed, traffic.budget(), now)
        == RetryRule.Answer.RETRY) {
      sometimes.saw(Sometimes.State.REQUEST_RETRIED);
      traffic.dispatch(request);
    } else {
      request.answered.accept(answer(kind));
    }
    traffic.finished();
  }

  private static SimulatedRequest.Answer answer(FailureKind kind) {
    return switch (kind) {
      case CONNECT -> SimulatedRequest.Answer.NO_CONNECTION;
      case RESET, TRUNCATED, GARBAGE -> SimulatedRequest.Answer.BROKEN_OFF;
      case TIMEOUT, STALL -> SimulatedRequest.Answer.TIMED_OUT;
      case STATUS -> SimulatedRequest.Answer.ERROR_STATUS;
    };
  }

  private boolean anotherLeft(SimulatedRequest request) {
    for (Candidate candidate : traffic.choices()) {
      if (!request.tried.contains(candidate)) {
        return true;
      }
    }
    return false;
  }

  private int timeoutMillis() {
    return (int)
        (traffic.choices().length > 1
                ? traffic.policy().timeouts().attempt()
                : traffic.policy().timeouts().response())
            .toMillis();
  }

  private void after(int millis, Runnable task) {
    gateway.box().after(Duration.ofMillis(millis), task);
  }
}

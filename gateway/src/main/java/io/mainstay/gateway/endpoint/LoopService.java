package io.mainstay.gateway.endpoint;

import io.mainstay.decisions.balancing.Balancer;
import io.mainstay.decisions.balancing.Candidate;
import io.mainstay.decisions.balancing.Locality;
import io.mainstay.decisions.balancing.Tried;
import io.mainstay.decisions.retry.RetryBudget;
import io.mainstay.gateway.loop.Counters;
import io.mainstay.gateway.loop.TrafficLoop;
import io.mainstay.model.spec.TrafficPolicy;
import io.mainstay.model.spec.TrafficPolicy.Balance;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What one loop knows of one service. Only on that loop, but for the counters. */
public final class LoopService {
  /** Requests that arrived. */
  public static final int ARRIVED = 0;

  /** Requests turned away for want of capacity. */
  public static final int REFUSED = 1;

  /** Tries repeated. */
  public static final int RETRIED = 2;

  /** Answers that the gateway made itself for this service. */
  public static final int OWN_ANSWERS = 3;

  /** Requests that waited in the queue. */
  public static final int QUEUED = 4;

  /** Requests that went on to another service, or to an answer in its place. */
  public static final int DIVERTED = 5;

  /** Probes of our own; no other counter of a service counts them. */
  public static final int PROBES = 6;

  private final TrafficService service;
  private final TrafficLoop loop;
  private final RetryBudget budget;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private final ArrayDeque<Waiting> waitingAgain = new ArrayDeque<>();
  private final Counters counters = new Counters(7);
  private Balance balance;
  private Balancer balancer;
  private final Locality locality = new Locality();

  LoopService(TrafficService service, TrafficLoop loop, TrafficPolicy policy) {
    this.service = service;
    this.loop = loop;
    this.budget = new RetryBudget(policy.retries().budget());
    this.balance = policy.balance();
    this.balancer = Balancer.of(balance);
  }

  void policy(TrafficPolicy policy) {
    budget.share(policy.retries().budget());
    if (policy.balance() != balance) {
      balance = policy.balance();
      balancer = Balancer.of(balance);
    }
  }

  /** The service as all loops see it. */
  public TrafficService service() {
    return service;
  }

  /** The loop. */
  public TrafficLoop loop() {
    return loop;
  }

  /**
   * Chooses an instance for a try; null if none may take it.
   *
   * @param limited whether it takes a place of those that are limited
   */
  public @Nullable LoopBackend choose(
      ServiceTable.View view, boolean limited, Tried tried, long now) {
    if (view.tiers().isEmpty()) {
      return null;
    }
    Locality.Rooms rooms = limited ? view.requests() : view.connections();
    Candidate chosen =
        locality.choose(view.tiers(), balancer, rooms, tried, now, loop.randomBits());
    return chosen == null ? null : view.of(chosen);
  }

  /** Allows retries; each loop has its share of the traffic, and so of the budget. */
  public RetryBudget budget() {
    return budget;
  }

  /** See the constants; any thread reads. */
  public Counters counters() {
    return counters;
  }

  /**
   * Waits behind those that wait already.
   *
   * @param again whether an instance failed it before: then it may wait for another one while those
   *     that come after it can be served
   */
  public void await(Waiting request, boolean again) {
    (again ? waitingAgain : waiting).addLast(request);
    if (request.isCounted()) {
      counters.add(QUEUED, 1);
    }
    service.queueChanged(1);
  }

  /** Waits no longer; no effect if it did not. */
  public void leave(Waiting request) {
    if (waiting.remove(request) || waitingAgain.remove(request)) {
      service.queueChanged(-1);
    }
  }

  /** Whether a new request has to wait behind others. */
  public boolean isAnyWaiting() {
    return !waiting.isEmpty();
  }

  /** Dispatches those that wait, in their order, as long as there is room. */
  public void dispatchWaiting() {
    for (int left = waitingAgain.size(); left > 0 && !waitingAgain.isEmpty(); left--) {
      Waiting request = waitingAgain.removeFirst();
      service.queueChanged(-1);
      if (!request.dispatch()) {
        waitingAgain.addLast(request);
        service.queueChanged(1);
      }
    }
    Waiting first = waiting.pollFirst();
    while (first != null) {
      // Taken out first: dispatching may end it, and others may come meanwhile.
      service.queueChanged(-1);
      if (!first.dispatch()) {
        waiting.addFirst(first);
        service.queueChanged(1);
        return;
      }
      first = waiting.pollFirst();
    }
  }

  /** A place became free on this loop. */
  public void placeFreed() {
    if (!waiting.isEmpty() || !waitingAgain.isEmpty()) {
      dispatchWaiting();
    } else if (service.queued() > 0) {
      service.dispatchElsewhere(loop);
    }
  }
}

package io.mainstay.simulator;

import io.mainstay.model.ServiceName;
import io.mainstay.model.scenario.Script.Load;
import io.mainstay.simulator.SimulatedRequest.Answer;
import io.mainstay.testkit.SeededRandomness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * Sends the requests of one service as a script says, to any gateway that works, as behind an
 * address that moves; and keeps the toll.
 */
final class ScriptedClients {
  private static final Duration AFTER_A_REFUSAL = Duration.ofMillis(100);

  private final World world;
  private final ServiceName service;
  private final SeededRandomness random;
  private final Toll toll = new Toll();
  private final SequencedSet<Request> open = new LinkedHashSet<>();
  private final List<Boolean> busy = new ArrayList<>();
  private Load load = new Load(Duration.ZERO, 0, 0, 0);
  private long steps;

  ScriptedClients(World world, ServiceName service, SeededRandomness random) {
    this.world = world;
    this.service = service;
    this.random = random;
  }

  /** A request with the server that has it. */
  private static final class Request {
    final Runnable next;
    Optional<SimulatedServer> server = Optional.empty();
    boolean ended;

    Request(Runnable next) {
      this.next = next;
    }
  }

  Toll toll() {
    return toll;
  }

  /** From now on they send that much. */
  void load(Load newer) {
    load = newer;
    long step = ++steps;
    if (newer.rate() > 0) {
      next(step);
    }
    for (int client = 0; client < newer.clients(); client++) {
      if (client == busy.size()) {
        busy.add(false);
      }
      if (!busy.get(client)) {
        busy.set(client, true);
        go(client);
      }
    }
  }

  private void next(long step) {
    double seconds = -Math.log(1 - random.nextDouble()) / load.rate();
    world
        .time()
        .schedule(
            Duration.ofNanos((long) (seconds * 1e9)),
            () -> {
              if (step == steps) {
                send(() -> {});
                next(step);
              }
            });
  }

  private void go(int client) {
    if (client >= load.clients()) {
      busy.set(client, false);
      return;
    }
    send(() -> go(client));
  }

  private void send(Runnable next) {
    Request request = new Request(next);
    toll.sent(world.time().now());
    open.add(request);
    String method = load.posts() > 0 && random.chance(load.posts()) ? "POST" : "GET";
    request.server = world.arrive(service, method, answer -> ended(request, answer));
    if (request.server.isEmpty()) {
      ended(request, Answer.NO_CONNECTION);
    }
  }

  private void ended(Request request, Answer answer) {
    if (request.ended) {
      return;
    }
    request.ended = true;
    open.remove(request);
    toll.ended(answer, world.time().now());
    world.time().schedule(answer == Answer.GOOD ? Duration.ZERO : AFTER_A_REFUSAL, request.next);
  }

  /** Ends the requests whose server is gone. */
  void look() {
    for (Request request : List.copyOf(open)) {
      boolean there =
          world.nodes().stream()
              .anyMatch(node -> node.server().isPresent() && node.server().equals(request.server));
      if (!there) {
        ended(request, Answer.BROKEN_OFF);
      }
    }
  }
}

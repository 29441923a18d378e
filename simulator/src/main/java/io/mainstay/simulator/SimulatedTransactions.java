package io.mainstay.simulator;

import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Fallback;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.Pin;
import io.mainstay.model.state.TransactionRun;
import io.mainstay.ports.TransactionRunner;
import io.mainstay.testkit.SeededRandomness;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Runs transactions through the gateway of one server. Whatever its steps, a run is one request to
 * its service, which asks each service that it depends on, and these in turn; all of them pass on
 * the marker. What they answer is what they are like when the run begins.
 */
final class SimulatedTransactions implements TransactionRunner {
  private final World world;
  private final SimulatedNode node;
  private final SimulatedGateway gateway;
  private final SeededRandomness random;
  private final NodeMailbox box;

  /** What a service answered. */
  private record Answer(Optional<InstanceId> by, int status, boolean right, Duration took) {
    boolean isGood() {
      return status == 200 && right;
    }

    String reason() {
      if (status == 0) {
        return "no answer";
      }
      return status == 200 ? "the answer is wrong" : "status " + status + " instead of 200";
    }
  }

  /** One run on its way. */
  private record Walk(
      Request request, List<TransactionRun.Call> calls, Set<ServiceName> asked, Duration within) {}

  SimulatedTransactions(
      World world,
      SimulatedNode node,
      SimulatedGateway gateway,
      SeededRandomness random,
      NodeMailbox box) {
    this.world = world;
    this.node = node;
    this.gateway = gateway;
    this.random = random;
    this.box = box;
  }

  @Override
  public void run(Request request, Consumer<TransactionRun> done) {
    Instant began = node.clock().wallClock();
    Duration within = request.spec().within();
    Walk walk = new Walk(request, new ArrayList<>(), new LinkedHashSet<>(), within);
    Answer answer = ask(request.key().service(), walk);
    boolean late = answer.took().compareTo(within) > 0;
    Duration took = late ? within : answer.took();
    boolean passed = answer.isGood() && !late;
    world
        .sometimes()
        .saw(passed ? Sometimes.State.TRANSACTION_PASSED : Sometimes.State.TRANSACTION_FAILED);
    String label = request.spec().steps().getFirst().label();
    TransactionRun run =
        new TransactionRun(
            request.key(),
            request.pins(),
            passed ? TransactionRun.Outcome.PASSED : TransactionRun.Outcome.FAILED,
            passed
                ? Optional.empty()
                : Optional.of(
                    new TransactionRun.Failure(
                        0,
                        label,
                        request.key().service(),
                        answer.by(),
                        late ? "no end within " + within.toMillis() + " ms" : answer.reason())),
            List.of(new TransactionRun.StepResult(label, passed, took)),
            walk.calls(),
            began,
            took);
    box.after(took, () -> done.accept(run));
  }

  private Answer ask(ServiceName service, Walk walk) {
    Optional<Pin> pin =
        walk.request().pins().stream().filter(one -> one.service().equals(service)).findFirst();
    Answer answer;
    if (pin.isEmpty()) {
      answer = asUsersDo(service, walk);
    } else {
      answer =
          switch (pin.get().target()) {
            case Pin.Target.One one -> work(one.instance(), walk);
            case Pin.Target.Fallback _ ->
                fallback(service)
                    .map(other -> asUsersDo(other, walk))
                    .orElseGet(SimulatedTransactions::refused);
          };
    }
    walk.calls().add(new TransactionRun.Call(service, answer.by(), answer.status()));
    return answer;
  }

  private Optional<ServiceName> fallback(ServiceName service) {
    return gateway.fallback(service).orElse(null) instanceof Fallback.ToService other
        ? Optional.of(other.service())
        : Optional.empty();
  }

  /** Nobody is there: the gateway says so. */
  private static Answer refused() {
    return new Answer(Optional.empty(), 503, false, Duration.ZERO);
  }

  /** Where the gateway sends it; to another one if there is no connection. */
  private Answer asUsersDo(ServiceName service, Walk walk) {
    Optional<ServiceName> goesTo = gateway.goesTo(service);
    if (goesTo.isEmpty()) {
      return refused();
    }
    List<Endpoint> serving = new ArrayList<>(gateway.traffic(goesTo.get()));
    Answer answer = refused();
    while (!serving.isEmpty() && (answer.status() == 503 || answer.status() == 0)) {
      answer = work(serving.remove(random.nextInt(0, serving.size())).id(), walk);
    }
    return answer;
  }

  private Answer work(InstanceId instance, Walk walk) {
    Duration usual = Duration.ofMillis(random.nextInt(2, 40));
    Optional<SimulatedProcess> found =
        world.processes().stream()
            .filter(
                process -> process.instance.equals(instance) && process.isUp(world.time().now()))
            .filter(process -> world.reachOf(node).answers(process.machine.node()))
            .findFirst();
    if (found.isEmpty()) {
      return new Answer(Optional.of(instance), 0, false, usual);
    }
    SimulatedProcess process = found.get();
    if (process.isStill()) {
      return new Answer(Optional.of(instance), 0, false, walk.within().plusMillis(1));
    }
    Duration took = usual;
    int status = process.answersWithError(random) ? 500 : 200;
    boolean right = !process.wrong;
    for (ServiceName called : calls(instance.service())) {
      if (walk.asked().add(called)) {
        Answer behind = ask(called, walk);
        took = took.plus(behind.took());
        right &= behind.right();
        status = status == 200 && behind.status() != 200 ? 502 : status;
      }
    }
    return new Answer(Optional.of(instance), status, right, took);
  }

  private List<ServiceName> calls(ServiceName service) {
    return world.deployment().service(service).map(ServiceSpec::dependsOn).orElse(List.of());
  }

  /** What is under way ends with the mailbox. */
  @Override
  public void close() {}
}

package io.mainstay.decisions.business;

import io.mainstay.decisions.business.BusinessDecision.Order;
import io.mainstay.decisions.business.BusinessDecision.RunOrder;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Remedy;
import io.mainstay.model.spec.RestorePolicy;
import io.mainstay.model.spec.TransactionSpec;
import io.mainstay.model.state.Pin;
import io.mainstay.model.state.TransactionRun;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Services that ask each other, some of which do their work wrongly behind green checks. Runs go
 * along the calls; orders are carried out as a governor allows.
 */
final class BusinessWorld {
  /** One service of the world. */
  static final class Part {
    final ServiceName name;
    int instances = 3;
    final List<ServiceName> calls = new ArrayList<>();
    List<Remedy> whenFailing = List.of(Remedy.ISOLATE, Remedy.DIVERT, Remedy.NOTIFY);
    boolean fallback;
    boolean transaction;
    boolean broken;
    boolean refusesAll;
    boolean paused;
    boolean passesOn = true;
    RestorePolicy restore = RestorePolicy.DEFAULT;
    final TreeSet<InstanceId> wrong = new TreeSet<>();
    final TreeSet<InstanceId> confined = new TreeSet<>();
    double diverted;
    boolean byOperator;
    boolean stopped;

    /** Slower than the others, and passed over by the balancer. */
    final TreeSet<InstanceId> slow = new TreeSet<>();

    /** Cut off from all machines but their own. */
    final TreeSet<InstanceId> cutOff = new TreeSet<>();

    /** Its users ask it at any time, and somebody counts what they get. */
    boolean busy;

    /** Its fault is over after so many runs of all. */
    int brokenRuns;

    Part(String name) {
      this.name = new ServiceName(name);
    }

    List<InstanceId> serving() {
      List<InstanceId> all = new ArrayList<>();
      for (int k = 1; k <= instances; k++) {
        InstanceId id = new InstanceId(name, k);
        if (!confined.contains(id) && !stopped) {
          all.add(id);
        }
      }
      return all;
    }
  }

  final LinkedHashMap<ServiceName, Part> parts = new LinkedHashMap<>();

  /** Instance k of each is on machine k, runs come from the first, and who asks prefers its own. */
  boolean machines;

  final List<String> told = new ArrayList<>();
  final List<String> ordered = new ArrayList<>();
  final Random random;
  double noise;
  int failNext;
  boolean reports;
  boolean visible;
  private final List<TransactionRun> finished = new ArrayList<>();
  private final List<BusinessFacts.Refusal> refused = new ArrayList<>();
  private BusinessMemory memory = BusinessMemory.NONE;
  long seconds;
  long generation = 1;
  int runs;

  BusinessWorld(long seed) {
    random = new Random(seed);
  }

  Part part(String name, String... calls) {
    Part part = new Part(name);
    for (String call : calls) {
      part.calls.add(new ServiceName(call));
    }
    parts.put(part.name, part);
    return part;
  }

  Part of(String name) {
    return parts.get(new ServiceName(name));
  }

  static InstanceId instance(String id) {
    return InstanceId.parse(id).orElseThrow();
  }

  /** A new server decides from now on. */
  void forget() {
    memory = BusinessMemory.NONE;
  }

  /** So many seconds; a run that ends makes a pass of its own. */
  void pass(int times) {
    for (int i = 0; i < times; i++) {
      seconds++;
      decide(0);
      for (int more = 1; more < 20 && !finished.isEmpty(); more++) {
        decide(more * 50L);
      }
    }
  }

  private void decide(long millis) {
    BusinessDecision decision =
        BusinessRule.decide(
            facts(),
            memory,
            MonotonicTime.ZERO.plus(Duration.ofSeconds(seconds).plusMillis(millis)));
    memory = decision.memory();
    finished.clear();
    refused.clear();
    decision
        .news()
        .forEach(one ->
            told.add(
                one.kind().label()
                    + " "
                    + one.instance().map(InstanceId::toString).orElse(one.service().toString())));
    decision.orders().forEach(this::carryOut);
    decision.runs().forEach(this::run);
  }

  private BusinessFacts facts() {
    List<BusinessFacts.Service> services = new ArrayList<>();
    for (Part part : new TreeMap<>(parts).values()) {
      List<BusinessFacts.Instance> instances = new ArrayList<>();
      for (int k = 1; k <= part.instances; k++) {
        InstanceId id = new InstanceId(part.name, k);
        boolean confined = part.confined.contains(id);
        boolean near = part.serving().contains(new InstanceId(part.name, 1));
        instances.add(
            new BusinessFacts.Instance(
                id,
                !confined && !part.stopped,
                !part.stopped,
                confined,
                part.slow.contains(id),
                machines && near && k > 1));
      }
      services.add(
          new BusinessFacts.Service(
              part.name,
              part.transaction ? List.of(transaction()) : List.of(),
              part.whenFailing,
              part.restore,
              part.fallback,
              true,
              instances,
              part.calls,
              part.paused,
              part.stopped,
              false,
              part.diverted > 0
                  ? Optional.of(new BusinessFacts.Diversion(part.diverted, !part.byOperator))
                  : Optional.empty(),
              badAnswers(part),
              Optional.empty()));
    }
    return new BusinessFacts(services, finished, List.of(), refused, generation);
  }

  /** Bad answers to users, as long as they get any from it. */
  private Optional<BusinessFacts.BadAnswers> badAnswers(Part part) {
    return part.busy && part.broken && part.diverted < 1
        ? Optional.of(
            new BusinessFacts.BadAnswers(
                "all its answers are bad",
                MonotonicTime.ZERO.plus(Duration.ofSeconds(seconds).plusMillis(500))))
        : Optional.empty();
  }

  private static TransactionSpec transaction() {
    return new TransactionSpec(
        "buy",
        Duration.ofSeconds(5),
        Duration.ofSeconds(2),
        2,
        List.of(
            new TransactionSpec.Step(
                "POST /buy",
                new TransactionSpec.Action.Http(
                    "POST",
                    "/buy",
                    Optional.empty(),
                    new LinkedHashMap<>(),
                    Optional.empty(),
                    new TransactionSpec.Expectation(
                        List.of(), Optional.empty(), new LinkedHashMap<>(), new LinkedHashMap<>()),
                    new LinkedHashMap<>()),
                Optional.empty())),
        List.of());
  }

  private void carryOut(Order order) {
    Part part = parts.get(order.service());
    switch (order) {
      case Order.Apply apply -> {
        ordered.add(
            apply.remedy().label()
                + " "
                + (apply.instances().isEmpty() ? part.name : apply.instances()));
        if (part.refusesAll) {
          refused.add(new BusinessFacts.Refusal(part.name, apply.remedy(), "no"));
          return;
        }
        switch (apply.remedy()) {
          case ISOLATE -> part.confined.addAll(apply.instances());
          case DIVERT -> part.diverted = 1;
          case SHUTDOWN -> part.stopped = true;
          case RESTART, REPLACE, NOTIFY -> {}
        }
      }
      case Order.Share share -> {
        ordered.add("share " + part.name + " " + share.share());
        part.diverted = share.share();
      }
      case Order.Release release -> {
        ordered.add("release " + release.instance());
        part.confined.remove(release.instance());
      }
    }
  }

  private void run(RunOrder order) {
    runs++;
    List<TransactionRun.Call> calls = new ArrayList<>();
    ServiceName owner = order.key().service();
    TreeMap<ServiceName, Optional<InstanceId>> chosen = new TreeMap<>();
    boolean fails = failNext > 0 && failNext-- > 0;
    boolean passed =
        !fails && ask(owner, order.pins(), calls, chosen, true, 1) && random.nextDouble() >= noise;
    Optional<TransactionRun.Failure> failure =
        passed
            ? Optional.empty()
            : Optional.of(
                new TransactionRun.Failure(
                    0, "POST /buy", owner, chosen.getOrDefault(owner, Optional.empty()), "wrong"));
    TransactionRun run =
        new TransactionRun(
            order.key(),
            order.pins(),
            passed ? TransactionRun.Outcome.PASSED : TransactionRun.Outcome.FAILED,
            failure,
            List.of(),
            calls,
            Instant.EPOCH,
            Duration.ofMillis(5));
    List<InstanceId> elsewhere =
        parts.get(owner).serving().stream().filter(one -> machines && one.number() > 1).toList();
    finished.add(Reach.judged(run, transaction(), elsewhere));
  }

  /** Whether a service and all that it asks do their work. */
  private boolean ask(
      ServiceName name,
      List<Pin> pins,
      List<TransactionRun.Call> calls,
      TreeMap<ServiceName, Optional<InstanceId>> chosen,
      boolean marked,
      int from) {
    Part part = parts.get(name);
    Optional<Pin> pin =
        pins.stream().filter(one -> marked && one.service().equals(name)).findFirst();
    boolean toFallback =
        pin.map(one -> one.target() instanceof Pin.Target.Fallback)
            .orElse(part.diverted > 0 && random.nextDouble() < part.diverted);
    if (toFallback) {
      return true;
    }
    List<InstanceId> serving = part.serving();
    InstanceId by;
    if (pin.isPresent() && pin.get().target() instanceof Pin.Target.One one) {
      by = one.instance();
    } else if (serving.isEmpty()) {
      return false;
    } else {
      // What is slow gets hardly any requests.
      List<InstanceId> fast = serving.stream().filter(one -> !part.slow.contains(one)).toList();
      List<InstanceId> among = fast.isEmpty() ? serving : fast;
      InstanceId near = new InstanceId(name, from);
      by = machines && among.contains(near) ? near : among.get(random.nextInt(among.size()));
    }
    chosen.put(name, Optional.of(by));
    if (part.cutOff.contains(by) && by.number() != from) {
      calls.add(new TransactionRun.Call(name, Optional.of(by), 0));
      return false;
    }
    boolean works = !part.broken && runs > part.brokenRuns && !part.wrong.contains(by);
    for (ServiceName called : part.calls) {
      // All are asked whatever the others said.
      works &= ask(called, pins, calls, chosen, marked && part.passesOn, by.number());
    }
    if (marked && (reports || pin.isPresent())) {
      calls.add(new TransactionRun.Call(name, Optional.of(by), works || !visible ? 200 : 500));
    }
    return works;
  }
}

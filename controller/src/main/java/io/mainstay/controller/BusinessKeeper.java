package io.mainstay.controller;

import io.mainstay.decisions.business.BusinessDecision;
import io.mainstay.decisions.business.BusinessDecision.News;
import io.mainstay.decisions.business.BusinessDecision.Order;
import io.mainstay.decisions.business.BusinessDecision.RunOrder;
import io.mainstay.decisions.business.BusinessFacts;
import io.mainstay.decisions.business.BusinessMemory;
import io.mainstay.decisions.business.BusinessRule;
import io.mainstay.decisions.business.TransactionMemory;
import io.mainstay.decisions.evidence.Witnesses;
import io.mainstay.decisions.fleet.ServiceView;
import io.mainstay.model.Actor;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Remedy;
import io.mainstay.model.spec.TransactionSpec;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.Explanation.Finding;
import io.mainstay.model.state.Topology;
import io.mainstay.model.state.TransactionKey;
import io.mainstay.model.state.TransactionRun;
import io.mainstay.model.state.TransactionStatus;
import io.mainstay.ports.Time;
import io.mainstay.ports.TransactionRunner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Has the transactions of the file run, and what follows from them done: in the name of the system,
 * by the same commands as an operator's, so that the governor is asked, and a later leader and
 * every gateway know of it. Only while this server leads; a new leader counts anew, but looks after
 * what the one before took out of the traffic.
 */
final class BusinessKeeper {
  /** Beyond the limits of a run and of its cleanup: then it will never tell. */
  private static final Duration SLACK = Duration.ofSeconds(10);

  private final World world;
  private final Optional<TransactionRunner> runner;
  private final EventWriter events;
  private final Findings findings;
  private final EvidenceKeeper evidence;
  private final Commands commands;
  private final Runnable again;
  private BusinessMemory memory = BusinessMemory.NONE;
  private Map<TransactionKey, TransactionStatus> statuses = new LinkedHashMap<>();
  private List<TransactionRun> finished = new ArrayList<>();
  private List<BusinessFacts.Refusal> refused = new ArrayList<>();
  private long epoch;

  /** Carries out a command in the name of the system. */
  @FunctionalInterface
  interface Commands {
    void submit(Command command, Consumer<CommandResult> done);
  }

  /**
   * Wires it up.
   *
   * @param runner who runs transactions; empty: nobody can
   * @param evidence where all that transactions say is written down
   * @param again asks for another pass soon
   */
  BusinessKeeper(
      World world,
      Optional<TransactionRunner> runner,
      EventWriter events,
      Findings findings,
      EvidenceKeeper evidence,
      Commands commands,
      Runnable again) {
    this.world = world;
    this.runner = runner;
    this.events = events;
    this.findings = findings;
    this.evidence = evidence;
    this.commands = commands;
    this.again = again;
  }

  /** Somebody else leads: what was begun ends without us. */
  void forget() {
    memory = BusinessMemory.NONE;
    finished = new ArrayList<>();
    refused = new ArrayList<>();
    statuses = new LinkedHashMap<>();
    epoch++;
  }

  /** The views with how the transactions stand, if this server runs them. */
  List<ServiceView> marked(List<ServiceView> views) {
    if (!world.leads() || runner.isEmpty()) {
      return views;
    }
    List<ServiceView> marked = new ArrayList<>(views.size());
    for (ServiceView view : views) {
      List<TransactionStatus> own =
          view.wanted().stream()
              .flatMap(wanted -> wanted.spec().business().transactions().stream())
              .map(spec -> new TransactionKey(view.name(), spec.name()))
              .map(key -> statuses.getOrDefault(key, TransactionStatus.unknown(key)))
              .toList();
      marked.add(own.isEmpty() ? view : view.with(own));
    }
    return marked;
  }

  /** Runs go through the gateway of the node that leads: this one. */
  private Optional<Topology> topology() {
    return world.leader.flatMap(self -> world.state().map(state -> state.topology(self)));
  }

  /** Decides on all transactions. */
  void keep(Published published, Time time) {
    if (!world.leads() || runner.isEmpty() || isIdle(published)) {
      return;
    }
    MonotonicTime now = time.now();
    BusinessFacts facts =
        BusinessFactsAssembly.assemble(
            published, finished, lost(now, published), refused, evidence, topology());
    for (TransactionRun run : facts.finished()) {
      statuses.compute(
          run.key(),
          (key, before) -> (before == null ? TransactionStatus.unknown(key) : before).ran(run));
      boolean asUser = memory.countsAsUsers(run);
      facts.transaction(run.key()).ifPresent(spec -> evidence.ran(run, asUser, spec.fall(), facts));
    }
    finished = new ArrayList<>();
    refused = new ArrayList<>();
    BusinessDecision decision = BusinessRule.decide(facts, memory, now);
    memory = decision.memory();
    statuses.keySet().removeIf(key -> facts.transaction(key).isEmpty());
    for (TransactionMemory one : memory.transactions()) {
      statuses.computeIfPresent(
          one.key(), (_, before) -> before.stands(one.health(), one.failures()));
    }
    decision.news().forEach(one -> tell(one, time));
    decision.orders().forEach(order -> carryOut(order, time));
    for (RunOrder order : decision.runs()) {
      facts.transaction(order.key()).ifPresent(spec -> run(order, spec));
    }
  }

  private boolean isIdle(Published published) {
    return memory.transactions().isEmpty()
        && memory.confined().isEmpty()
        && published.specs().stream().allMatch(spec -> spec.business().transactions().isEmpty());
  }

  private List<TransactionKey> lost(MonotonicTime now, Published published) {
    List<TransactionKey> lost = new ArrayList<>();
    for (TransactionMemory one : memory.transactions()) {
      Duration within =
          published.service(one.key().service()).flatMap(state -> state.view().wanted()).stream()
              .flatMap(wanted -> wanted.spec().business().transactions().stream())
              .filter(spec -> spec.name().equals(one.key().name()))
              .map(TransactionSpec::within)
              .findFirst()
              .orElse(Duration.ZERO);
      Duration most = within.multipliedBy(2).plus(SLACK);
      if (one.running().filter(since -> now.since(since).compareTo(most) > 0).isPresent()) {
        lost.add(one.key());
      }
    }
    return lost;
  }

  private void run(RunOrder order, TransactionSpec spec) {
    long began = epoch;
    runner
        .orElseThrow()
        .run(
            new TransactionRunner.Request(order.key(), spec, order.pins()),
            run -> {
              if (epoch == began) {
                finished.add(run);
                again.run();
              }
            });
  }

  private void tell(News news, Time time) {
    evidence.told(news);
    events.write(
        news.kind(),
        Optional.of(news.service()),
        news.instance(),
        Actor.SYSTEM,
        Optional.empty(),
        news.reason(),
        news.evidence());
    Finding finding =
        new Finding(
            time.wallClock(), "business", news.kind().label(), news.reason(), news.evidence());
    findings.add(news.service().value(), finding);
    news.instance().ifPresent(instance -> findings.add(instance.toString(), finding));
  }

  private void carryOut(Order order, Time time) {
    switch (order) {
      case Order.Apply apply -> {
        findings.add(
            apply.service().value(),
            new Finding(
                time.wallClock(),
                "business",
                apply.remedy().label(),
                apply.reason(),
                apply.evidence()));
        apply(apply);
      }
      case Order.Share share -> {
        Command command =
            share.share() > 0
                ? new Command.Divert(
                    share.service(),
                    Optional.empty(),
                    share.share(),
                    Optional.empty(),
                    false,
                    share.reason())
                : new Command.Restore(share.service(), share.reason());
        commands.submit(command, _ -> again.run());
      }
      case Order.Release release ->
          commands.submit(
              new Command.Release(release.instance(), release.reason()), _ -> again.run());
    }
  }

  private void apply(Order.Apply apply) {
    Witnesses witnesses = evidence.witnesses(apply);
    if (isDrastic(apply.remedy()) && !witnesses.areEnough()) {
      refuse(
          apply.service(),
          apply.remedy(),
          "two independent witnesses are needed, and there is " + witnesses.describe());
      return;
    }
    String reason = apply.reason();
    switch (apply.remedy()) {
      case RESTART -> {
        if (apply.instances().isEmpty()) {
          submit(apply, new Command.RestartService(apply.service(), false, reason));
        }
        for (InstanceId instance : apply.instances()) {
          submit(apply, new Command.RestartInstance(instance, false, reason));
        }
      }
      case ISOLATE -> {
        for (InstanceId instance : apply.instances()) {
          submit(apply, new Command.Isolate(instance, Optional.empty(), false, reason));
        }
      }
      case DIVERT ->
          submit(
              apply,
              new Command.Divert(
                  apply.service(), Optional.empty(), 1, Optional.empty(), false, reason));
      case REPLACE ->
          submit(apply, new Command.Replace(apply.service(), apply.instances(), reason));
      case SHUTDOWN -> submit(apply, new Command.Shutdown(apply.service(), reason));
      case NOTIFY -> {
        // The rule tells of it itself.
      }
    }
  }

  private static boolean isDrastic(Remedy remedy) {
    return switch (remedy) {
      case REPLACE, ISOLATE, DIVERT, SHUTDOWN -> true;
      case RESTART, NOTIFY -> false;
    };
  }

  private void submit(Order.Apply apply, Command command) {
    long began = epoch;
    commands.submit(
        command,
        result -> {
          if (epoch != began) {
            return;
          }
          switch (result) {
            case CommandResult.Accepted _ -> again.run();
            case CommandResult.Refused no -> refuse(apply.service(), apply.remedy(), no.reason());
            case CommandResult.NotFound no ->
                refuse(apply.service(), apply.remedy(), "there is no " + no.what());
            case CommandResult.Invalid no -> refuse(apply.service(), apply.remedy(), no.reason());
          }
        });
  }

  private void refuse(ServiceName service, Remedy remedy, String reason) {
    findings.add(
        service.value(),
        new Finding(
            evidence.wallClock(),
            "business",
            Findings.REFUSE + remedy.label(),
            reason,
            new LinkedHashMap<>()));
    refused.add(new BusinessFacts.Refusal(service, remedy, reason));
    again.run();
  }
}

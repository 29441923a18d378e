package io.mainstay.controller;

import io.mainstay.decisions.fleet.Evidence;
import io.mainstay.decisions.nodes.NodeNews;
import io.mainstay.decisions.placement.NodeView;
import io.mainstay.decisions.placement.Occupant;
import io.mainstay.decisions.placement.Request;
import io.mainstay.decisions.placement.Unplaced;
import io.mainstay.decisions.pools.Forecast;
import io.mainstay.decisions.pools.PoolAction;
import io.mainstay.decisions.pools.PoolDecision;
import io.mainstay.decisions.pools.PoolFacts;
import io.mainstay.decisions.pools.PoolFacts.Outcome;
import io.mainstay.decisions.pools.PoolFacts.Step;
import io.mainstay.decisions.pools.PoolMemory;
import io.mainstay.decisions.pools.PoolNode;
import io.mainstay.decisions.pools.PoolRule;
import io.mainstay.model.Actor;
import io.mainstay.model.EventKind;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.PoolSpec;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.Desired;
import io.mainstay.model.state.Explanation.Finding;
import io.mainstay.model.state.NodePresence;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.model.state.ServiceRevision;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.NodeProvider;
import io.mainstay.ports.NodeProvider.Listing;
import io.mainstay.ports.NodeProvider.Order;
import io.mainstay.ports.NodeProvider.Result;
import io.mainstay.ports.Time;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Keeps the pools of the file: asks the provider what there is, decides, and has nodes made,
 * drained and removed. Only while this server leads; a new leader finds what there is by itself.
 */
final class PoolKeeper {
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

  private final World world;
  private final Optional<NodeProvider> provider;
  private final Mailbox mailbox;
  private final EventWriter events;
  private final Findings findings;
  private final Consumer<Command> submit;
  private Map<String, Pool> pools = new LinkedHashMap<>();
  private final DemandTrends trends = new DemandTrends();
  private long epoch;
  private boolean told;

  /** What is kept about one pool. */
  private static final class Pool {
    private PoolMemory memory = PoolMemory.EMPTY;
    private final List<Outcome> outcomes = new ArrayList<>();
    private Optional<List<NodeName>> listed = Optional.empty();
    private Optional<MonotonicTime> asked = Optional.empty();
    private int removals;
  }

  /**
   * Wires it up.
   *
   * @param provider who makes nodes; empty: nobody can
   * @param submit carries out a command in the name of the system
   */
  PoolKeeper(
      World world,
      Optional<NodeProvider> provider,
      Mailbox mailbox,
      EventWriter events,
      Findings findings,
      Consumer<Command> submit) {
    this.world = world;
    this.provider = provider;
    this.mailbox = mailbox;
    this.events = events;
    this.findings = findings;
    this.submit = submit;
  }

  /** Somebody else leads: what was begun ends without us. */
  void forget() {
    pools = new LinkedHashMap<>();
    trends.forget();
    epoch++;
  }

  /** Whether a node of a pool takes nothing yet, or not any more. */
  boolean isClosed(NodeRecord record) {
    String name = record.labels().getOrDefault(PoolSpec.LABEL, "");
    Optional<PoolSpec> spec =
        deployment()
            .flatMap(
                all -> all.pools().stream().filter(pool -> pool.name().equals(name)).findFirst());
    if (spec.isEmpty()) {
      return false;
    }
    boolean hooked = spec.get().hooks().ready().isPresent();
    Pool pool = pools.get(name);
    if (pool != null) {
      for (PoolMemory.Node node : pool.memory.nodes()) {
        if (node.name().equals(record.name())) {
          return switch (node.phase()) {
            case ACTIVE, DRAINING -> false;
            case LAUNCHING -> hooked;
            case PREPARING, LEAVING, DESTROYING, STUCK, GONE -> true;
          };
        }
      }
    }
    return hooked;
  }

  private Optional<Deployment> deployment() {
    return world.desired().map(Desired::deployment);
  }

  /** Decides on all pools, in the order of the file. */
  void keep(List<Unplaced> unplaced, Published published, Time time) {
    MonotonicTime now = time.now();
    boolean paused =
        world.overrides().pauses().stream()
            .anyMatch(pause ->
                pause.service().isEmpty()
                    && ViewAssembly.isInForce(pause.until(), time.wallClock()));
    if (!world.leads() || paused || deployment().isEmpty()) {
      return;
    }
    if (provider.isEmpty()) {
      unkept();
      return;
    }
    List<Unplaced> left = unplaced;
    List<Forecast.Demand> demands = trends.look(published, now);
    Path directory = deployment().get().baseDirectory();
    for (PoolSpec spec : deployment().get().pools()) {
      Pool pool = pools.computeIfAbsent(spec.name(), _ -> new Pool());
      if (pool.asked.filter(at -> now.since(at).compareTo(LOOK_AGAIN) < 0).isEmpty()) {
        pool.asked = Optional.of(now);
        look(spec, pool, directory);
      }
      if (pool.listed.isEmpty()) {
        continue;
      }
      PoolFacts facts = facts(spec, pool, left, demands, published);
      PoolDecision decision = PoolRule.decide(facts, pool.memory, now);
      pool.outcomes.clear();
      pool.memory = decision.memory();
      left = decision.left();
      demands = Forecast.without(demands, spec);
      decision.news().forEach(news -> tell(spec, news, time.wallClock()));
      decision.actions().forEach(action -> act(spec, pool, directory, action));
    }
  }

  /** Said once: a key of the file is never silently ignored. */
  private void unkept() {
    boolean pools = !deployment().map(Deployment::pools).orElse(List.of()).isEmpty();
    if (pools && !told) {
      events.system(
          EventKind.POOL_LAUNCH_FAILED,
          "the pools of the file are left alone: other machines cannot join this server"
              + " (start it with --advertise HOST)",
          new Evidence());
    }
    told = pools;
  }

  private PoolFacts facts(
      PoolSpec spec,
      Pool pool,
      List<Unplaced> unplaced,
      List<Forecast.Demand> demands,
      Published published) {
    List<PoolNode> nodes = new ArrayList<>();
    List<NodeView> others = new ArrayList<>();
    for (NodeView node : published.nodes()) {
      if (node.label(PoolSpec.LABEL).equals(spec.name())) {
        nodes.add(
            new PoolNode(
                node,
                published.records().stream()
                    .anyMatch(one -> one.record().name().equals(node.name()) && one.present()),
                requests(node, published),
                world.overrides().nodes().stream()
                    .anyMatch(hold ->
                        hold.node().equals(node.name()) && !hold.actor().equals(Actor.SYSTEM))));
      } else {
        others.add(node);
      }
    }
    return new PoolFacts(
        spec, pool.listed.orElse(List.of()), nodes, others, unplaced, demands, pool.outcomes);
  }

  /** What is on a node, as it would have to be placed elsewhere. */
  private static List<Request> requests(NodeView node, Published published) {
    List<Request> requests = new ArrayList<>();
    for (Occupant occupant : node.occupants()) {
      Optional<ServiceRevision> revision =
          published
              .service(occupant.id().service())
              .flatMap(state ->
                  state.view().known().stream()
                      .filter(known -> known.revision() == occupant.revision())
                      .findFirst()
                      .or(state.view()::wanted));
      revision.ifPresent(
          of -> requests.add(new Request(occupant.id(), occupant.revision(), of.spec())));
    }
    return requests;
  }

  private void look(PoolSpec spec, Pool pool, Path directory) {
    long of = epoch;
    int removals = pool.removals;
    provider
        .orElseThrow()
        .list(
            spec,
            directory,
            mailbox,
            listing -> {
              // A list from before a removal would bring the removed one back.
              if (of != epoch || removals != pool.removals) {
                return;
              }
              switch (listing) {
                case Listing.Listed listed -> pool.listed = Optional.of(listed.nodes());
                case Listing.Failed failed ->
                    findings.add(
                        spec.name(),
                        new Finding(
                            Instant.EPOCH,
                            "pools",
                            "list failed",
                            failed.reason(),
                            new LinkedHashMap<>()));
              }
            });
  }

  private void act(PoolSpec spec, Pool pool, Path directory, PoolAction action) {
    Order order = new Order(spec, action.node(), directory);
    NodeProvider maker = provider.orElseThrow();
    switch (action) {
      case PoolAction.Create create ->
          maker.create(order, mailbox, done(pool, create.node(), Step.CREATE));
      case PoolAction.Destroy destroy ->
          maker.destroy(order, mailbox, done(pool, destroy.node(), Step.DESTROY));
      case PoolAction.RunReadyHook ready ->
          maker.hook(
              order,
              spec.hooks().ready().orElseThrow(),
              mailbox,
              done(pool, ready.node(), Step.READY_HOOK));
      case PoolAction.RunDrainedHook drained ->
          maker.hook(
              order,
              spec.hooks().drained().orElseThrow(),
              mailbox,
              done(pool, drained.node(), Step.DRAINED_HOOK));
      case PoolAction.Drain drain ->
          submit.accept(new Command.DrainNode(drain.node(), Optional.empty(), drain.reason()));
      case PoolAction.Release release ->
          submit.accept(new Command.ReleaseNode(release.node(), release.reason()));
      case PoolAction.Forget forget -> {
        boolean known =
            world.state().stream()
                .flatMap(state -> state.nodes().stream())
                .map(NodePresence::record)
                .anyMatch(record -> record.name().equals(forget.node()));
        if (known) {
          submit.accept(new Command.RemoveNode(forget.node(), true, "its pool removed it"));
        }
      }
    }
  }

  private Consumer<Result> done(Pool pool, NodeName node, Step step) {
    long of = epoch;
    return result -> {
      if (of != epoch) {
        return;
      }
      boolean worked = result instanceof Result.Done;
      if (step == Step.DESTROY && worked) {
        pool.removals++;
        pool.asked = Optional.empty();
        pool.listed =
            pool.listed.map(names -> names.stream().filter(one -> !one.equals(node)).toList());
      }
      String detail =
          switch (result) {
            case Result.Done done -> done.output();
            case Result.Failed failed -> failed.reason();
          };
      pool.outcomes.add(new Outcome(node, step, worked, detail));
    };
  }

  private void tell(PoolSpec spec, NodeNews news, Instant wallClock) {
    events.write(
        news.kind(),
        Optional.empty(),
        Optional.empty(),
        Actor.SYSTEM,
        Optional.empty(),
        news.reason(),
        news.evidence());
    Finding finding =
        new Finding(wallClock, "pools", news.kind().label(), news.reason(), news.evidence());
    findings.add(news.node().map(NodeName::value).orElse(spec.name()), finding);
  }
}

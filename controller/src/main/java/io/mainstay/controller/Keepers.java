package io.mainstay.controller;

import io.mainstay.decisions.fleet.ServiceView;
import io.mainstay.decisions.placement.Unplaced;
import io.mainstay.model.state.Explanation;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.Time;
import java.time.Instant;
import java.util.List;

/** Those who look after pools, transactions, groups and flows, each in its turn of every pass. */
final class Keepers {
  private final PoolKeeper pools;
  private final BusinessKeeper business;
  private final GroupKeeper groups;
  private final FlowKeeper flows;
  private final EvidenceKeeper evidence;

  Keepers(
      World world,
      ControllerSettings settings,
      Mailbox mailbox,
      Time time,
      EventWriter events,
      Findings findings,
      BusinessKeeper.Commands commands,
      Runnable again) {
    pools =
        new PoolKeeper(
            world,
            settings.pools(),
            mailbox,
            events,
            findings,
            command -> commands.submit(command, _ -> {}));
    evidence = new EvidenceKeeper(world, time.now());
    business =
        new BusinessKeeper(
            world, settings.transactions(), events, findings, evidence, commands, again);
    groups = new GroupKeeper(world, events, findings, commands);
    flows = new FlowKeeper(world, settings.flows(), settings.queries(), events, findings);
  }

  /** Whether a node of a pool takes nothing yet, or not any more. */
  boolean isClosed(NodeRecord record) {
    return pools.isClosed(record);
  }

  /** The views with how the business stands, as far as this server knows. */
  List<ServiceView> marked(List<ServiceView> views) {
    return flows.marked(business.marked(views));
  }

  /** Decides. */
  void keep(List<Unplaced> unplaced, Published published, Time time) {
    evidence.keep(published, time);
    pools.keep(unplaced, published, time);
    business.keep(published, time);
    groups.keep(published, time);
    flows.keep(published, time);
  }

  /** An explanation with what is known for and against its subject. Any thread. */
  Explanation explained(Explanation plain, Instant wallClock) {
    return evidence.with(plain, wallClock);
  }

  /** Somebody else leads. */
  void forget() {
    pools.forget();
    business.forget();
    groups.forget();
    flows.forget();
    evidence.forget();
  }
}

package io.mainstay.controller;

import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Desired;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.ServiceRevision;
import io.mainstay.ports.Coordinator.State;
import io.mainstay.ports.Coordinator.Term;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the controller knows beside its memories; only its mailbox touches it. */
final class World {
  private @Nullable State state;
  private Optional<Desired> indexed = Optional.empty();
  private Map<ServiceName, ServiceRevision> wanted = Map.of();

  /** Versions that this server wrote and the coordinator has not told of; 0: none. */
  private long desiredWritten;

  private long overridesWritten;

  /** The term while this server leads. */
  Optional<Term> term = Optional.empty();

  /** Who leads, as far as known. */
  Optional<NodeName> leader = Optional.empty();

  /** Whether the coordinator can be reached; unknown before its first word. */
  Optional<Boolean> connected = Optional.empty();

  /** Since when it cannot be reached. */
  Optional<Instant> lostSince = Optional.empty();

  /** The event of the last command for each service, as the cause of what follows from it. */
  final Map<ServiceName, String> commands = new LinkedHashMap<>();

  /** Promotions by gateways that the roles do not tell of yet. */
  final List<Promoted> promotions = new ArrayList<>();

  /**
   * A standby that a gateway promoted.
   *
   * @param standby serves now
   * @param inPlaceOf went out
   * @param cursor of the event
   * @param at when
   */
  record Promoted(InstanceId standby, InstanceId inPlaceOf, String cursor, MonotonicTime at) {}

  Optional<State> state() {
    return Optional.ofNullable(state);
  }

  /**
   * What the coordinator tells. It may be older than what this server was told to have written: an
   * agent's news and a write cross. What was written holds until the coordinator tells of it.
   */
  void state(State next) {
    State known = state;
    boolean desiredCaughtUp = known == null || next.desiredVersion() >= desiredWritten;
    boolean overridesCaughtUp = known == null || next.overridesVersion() >= overridesWritten;
    desiredWritten = desiredCaughtUp ? 0 : desiredWritten;
    overridesWritten = overridesCaughtUp ? 0 : overridesWritten;
    state =
        known == null || (desiredCaughtUp && overridesCaughtUp)
            ? next
            : new State(
                desiredCaughtUp ? next.desired() : known.desired(),
                desiredCaughtUp ? next.desiredVersion() : known.desiredVersion(),
                overridesCaughtUp ? next.overrides() : known.overrides(),
                overridesCaughtUp ? next.overridesVersion() : known.overridesVersion(),
                next.assignments(),
                next.observed(),
                next.nodes());
    index(state.desired());
  }

  /** After a break anything may come, even a coordinator that begins anew. */
  void connected(boolean now, Instant wallClock) {
    connected = Optional.of(now);
    lostSince = now ? Optional.empty() : lostSince.or(() -> Optional.of(wallClock));
    desiredWritten = 0;
    overridesWritten = 0;
  }

  /** Whether decisions may be made and written. */
  boolean leads() {
    return term.isPresent() && state != null && connected.orElse(true);
  }

  Optional<Desired> desired() {
    return state().flatMap(State::desired);
  }

  Overrides overrides() {
    return state == null ? Overrides.NONE : state.overrides();
  }

  /** What was written by this server is known before the coordinator says so. */
  void desiredWritten(Desired desired, long version) {
    if (state != null && version > state.desiredVersion()) {
      desiredWritten = version;
      state =
          new State(
              Optional.of(desired),
              version,
              state.overrides(),
              state.overridesVersion(),
              state.assignments(),
              state.observed(),
              state.nodes());
      index(state.desired());
    }
  }

  /** As {@link #desiredWritten}. */
  void overridesWritten(Overrides overrides, long version) {
    if (state != null && version > state.overridesVersion()) {
      overridesWritten = version;
      state =
          new State(
              state.desired(),
              state.desiredVersion(),
              overrides,
              version,
              state.assignments(),
              state.observed(),
              state.nodes());
    }
  }

  /** The services of the file in its order, each with its revision. */
  Map<ServiceName, ServiceRevision> wanted() {
    return wanted;
  }

  private void index(Optional<Desired> next) {
    if (next.equals(indexed)) {
      return;
    }
    Map<ServiceName, Integer> numbers = new LinkedHashMap<>();
    Map<ServiceName, ServiceRevision> services = new LinkedHashMap<>();
    if (next.isPresent()) {
      next.get().revisions().forEach(entry -> numbers.put(entry.service(), entry.number()));
      next.get()
          .deployment()
          .services()
          .forEach(spec ->
              services.put(
                  spec.name(), new ServiceRevision(numbers.getOrDefault(spec.name(), 1), spec)));
    }
    wanted = services;
    indexed = next;
  }
}

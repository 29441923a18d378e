package io.mainstay.decisions.fleet;

import io.mainstay.model.Actor;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Exit;
import io.mainstay.model.state.InstanceSignals;
import io.mainstay.model.state.ObservedInstance;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Makes members for tests: a ready, serving, routed one, and a method for each difference. */
public final class MemberFixture {
  /** Where all of them run. */
  public static final NodeName NODE = new NodeName("n1");

  /** Their service. */
  public static final ServiceName SHOP = new ServiceName("shop");

  private final InstanceId id;
  private Role role = Role.SERVING;
  private Directive directive = Directive.RUN;
  private Optional<Phase> phase = Optional.of(Phase.READY);
  private int revision = 1;
  private long generation = 1;
  private long minGeneration;
  private boolean liveFailing;
  private boolean routed = true;
  private Optional<String> ejected = Optional.empty();
  private Optional<Exit> lastExit = Optional.empty();
  private int inFlight;
  private int sinceSecond;
  private double requests;
  private double failures;
  private Duration latency = Duration.ZERO;
  private NodeName node = NODE;

  private MemberFixture(int number) {
    id = new InstanceId(SHOP, number);
  }

  /** A member of shop. */
  public static MemberFixture member(int number) {
    return new MemberFixture(number);
  }

  /** Where it runs. */
  public MemberFixture on(String name) {
    node = new NodeName(name);
    return this;
  }

  /** A ready standby. */
  public MemberFixture standby() {
    role = Role.STANDBY;
    routed = false;
    return this;
  }

  /** A standby that the gateway promoted. */
  public MemberFixture promoted() {
    role = Role.STANDBY;
    routed = true;
    return this;
  }

  /** Where it stands; all but ready ones take no traffic. */
  public MemberFixture phase(Phase other) {
    phase = Optional.of(other);
    routed = other == Phase.READY && routed;
    return this;
  }

  /** Nobody has reported on it. */
  public MemberFixture unseen() {
    phase = Optional.empty();
    return this;
  }

  /** What is to be done with it. */
  public MemberFixture directive(Directive other) {
    directive = other;
    return this;
  }

  /** Its spec. */
  public MemberFixture revision(int other) {
    revision = other;
    return this;
  }

  /** Its run. */
  public MemberFixture generation(long other) {
    generation = other;
    return this;
  }

  /** The run that was asked for. */
  public MemberFixture minGeneration(long other) {
    minGeneration = other;
    return this;
  }

  /** The gateway sends it nothing. */
  public MemberFixture notRouted() {
    routed = false;
    return this;
  }

  /** Its live check fails. */
  public MemberFixture liveFailing() {
    liveFailing = true;
    return this;
  }

  /** Out by passive evidence. */
  public MemberFixture ejected(String why) {
    ejected = Optional.of(why);
    routed = false;
    return this;
  }

  /** Its process was killed. */
  public MemberFixture exited() {
    lastExit =
        Optional.of(
            new Exit(
                OptionalInt.empty(), Optional.of("KILL"), false, false, Instant.EPOCH, List.of()));
    return this;
  }

  /** Requests on it. */
  public MemberFixture inFlight(int count) {
    inFlight = count;
    return this;
  }

  /** What users get of it, a second. */
  public MemberFixture answering(double all, double bad, long latencyMillis) {
    requests = all;
    failures = bad;
    latency = Duration.ofMillis(latencyMillis);
    return this;
  }

  /** When it came into its phase. */
  public MemberFixture since(int second) {
    sinceSecond = second;
    return this;
  }

  /** The member. */
  public Member build() {
    Assignment assignment =
        new Assignment(
            id,
            revision,
            role,
            directive,
            minGeneration,
            "as asked",
            Actor.SYSTEM,
            Optional.empty());
    Optional<ObservedInstance> observed =
        phase.map(known ->
            new ObservedInstance(
                id,
                node,
                generation,
                revision,
                role,
                known,
                liveFailing,
                OptionalLong.of(4711),
                Optional.empty(),
                Instant.EPOCH.plusSeconds(sinceSecond),
                (int) Math.max(0, generation - 1),
                lastExit,
                "as seen"));
    InstanceSignals signals =
        new InstanceSignals(
            id, generation, inFlight, requests, failures, latency, 20, ejected, routed);
    return new Member(node, assignment, observed, Optional.of(signals), OptionalDouble.empty());
  }
}

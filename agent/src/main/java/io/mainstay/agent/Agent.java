package io.mainstay.agent;

import io.mainstay.decisions.lifecycle.LifecycleState;
import io.mainstay.decisions.lifecycle.Memory;
import io.mainstay.model.Actor;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.InstanceRecord;
import io.mainstay.model.state.Observed;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.Role;
import io.mainstay.model.state.ServiceRevision;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.EventJournal;
import io.mainstay.ports.InstanceJournal;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.Prober;
import io.mainstay.ports.ProcessHost;
import io.mainstay.ports.Randomness;
import io.mainstay.ports.SecretSource;
import io.mainstay.ports.Time;
import io.mainstay.ports.TrafficControl;
import io.mainstay.ports.UsageSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Runs the instances of one node: takes over what an earlier server left running, follows the
 * controller's assignments, restarts what exits, and tells gateway and coordinator how things
 * stand. Without a controller or coordinator it goes on with what it knows.
 *
 * <p>Everything happens in one mailbox; the public methods only post to it, so any thread may call
 * them. It starts no threads, reads no clock and touches no file itself.
 */
public final class Agent implements UsageSource {
  private static final Duration SAMPLE = Duration.ofSeconds(1);

  private final World world;
  private final Coordinator coordinator;
  private final Loading loading;
  private final RunJournal journal;
  private final ObservedWriter observedWriter;
  private final UsageSampler sampler;
  private final Shutdown shutdown = new Shutdown();
  private final Neighbours neighbours;
  private final Strays strays;
  private final TreeMap<InstanceId, InstanceSupervisor> supervisors = new TreeMap<>();

  /** Generations of instances that are gone: a number that is used again goes on from there. */
  private final TreeMap<InstanceId, Long> generations = new TreeMap<>();

  private Coordinator.Subscription subscription = () -> {};
  private List<Endpoint> published = List.of();
  private Optional<Assignments> latest = Optional.empty();
  private long seen;
  private boolean loaded;
  private boolean flushes;
  private boolean closed;
  private volatile List<Usage> usage = List.of();
  private volatile List<InstanceId> takesPushes = List.of();

  /**
   * Only keeps what it is given; {@link #start} begins.
   *
   * @param host answers in {@code mailbox}
   * @param prober answers in {@code mailbox}
   * @param mailbox this agent's only thread
   * @param disk another one, in which the journal is written
   */
  public Agent(
      NodeName node,
      Coordinator coordinator,
      ProcessHost host,
      Prober prober,
      TrafficControl traffic,
      InstanceJournal journal,
      EventJournal events,
      SecretSource secrets,
      Mailbox mailbox,
      Mailbox disk,
      Time time,
      Randomness randomness,
      AgentSettings settings) {
    this.world =
        new World(
            node,
            host,
            prober,
            traffic,
            events,
            secrets,
            mailbox,
            disk,
            time,
            randomness,
            settings);
    this.coordinator = coordinator;
    this.loading = new Loading(world, journal, shutdown::hasBegun, this::takeOver);
    this.journal = new RunJournal(world, journal);
    this.observedWriter = new ObservedWriter(world, coordinator);
    this.sampler = new UsageSampler(world);
    this.neighbours = new Neighbours(node);
    this.strays = new Strays(world, this::strayGone);
  }

  /** Takes over what runs, at once, then follows the coordinator. */
  public void start() {
    world.mailbox().post(loading::begin);
  }

  /** A frozen standby of the service is needed in the traffic; the first by id is thawed. */
  public void thawStandby(ServiceName service, String reason) {
    world
        .mailbox()
        .post(() ->
            supervisors.values().stream()
                .filter(supervisor -> supervisor.id().service().equals(service))
                .filter(InstanceSupervisor::canBeThawed)
                .findFirst()
                .ifPresent(supervisor -> supervisor.thaw(reason)));
  }

  /** A push check reports. Answers whether that instance has such a check. */
  public boolean push(InstanceId instance, boolean passed, String message) {
    if (!takesPushes.contains(instance)) {
      return false;
    }
    world
        .mailbox()
        .post(() ->
            Optional.ofNullable(supervisors.get(instance))
                .ifPresent(supervisor -> supervisor.run().push(passed, message)));
    return true;
  }

  @Override
  public List<Usage> usage() {
    return usage;
  }

  /**
   * Ends all instances in order, those that others depend on last, and takes no more assignments.
   * Those of an earlier server too: what was written down about them is read first.
   *
   * @param progress hears in the mailbox who is left
   * @param done runs in the mailbox once none is left and that is written down
   */
  public void stopAll(Consumer<List<InstanceId>> progress, Runnable done) {
    world
        .mailbox()
        .post(() -> {
          shutdown.begin(progress, () -> journal.whenWritten(done));
          flush();
        });
  }

  /** KILLs what is left; {@link #stopAll} comes to its end by that. */
  public void killAll() {
    world
        .mailbox()
        .post(() -> {
          supervisors
              .values()
              .forEach(supervisor ->
                  supervisor.run().process().ifPresent(it -> world.host().kill(it, () -> {})));
          strays.killAll();
        });
  }

  /**
   * Stops looking after the instances; they go on, to be taken over by the next server.
   *
   * @param done runs in the mailbox once all is written down
   */
  public void leaveRunning(Runnable done) {
    world.mailbox().post(() -> close(done));
  }

  private void close(Runnable done) {
    closed = true;
    loading.close();
    subscription.close();
    supervisors.values().forEach(InstanceSupervisor::close);
    journal.whenWritten(done);
  }

  private void takeOver(List<InstanceRecord> found, List<ProcessHost.Stray> unknown) {
    loaded = true;
    for (InstanceRecord entry : found) {
      journal.loaded(entry);
      resume(entry);
    }
    strays.found(unknown, supervisors.keySet());
    subscription = coordinator.subscribe(world.mailbox(), new Listening());
    world.mailbox().after(SAMPLE, this::sample);
    changed();
  }

  private InstanceSupervisor resume(InstanceRecord entry) {
    InstanceSupervisor supervisor =
        supervisor(entry.assignment(), entry.service(), Records.memory(world, entry));
    supervisors.put(entry.id(), supervisor);
    supervisor.resume(entry);
    return supervisor;
  }

  private InstanceSupervisor supervisor(
      Assignment assignment, ServiceRevision service, Memory memory) {
    return new InstanceSupervisor(world, journal, new Around(), assignment, service, memory);
  }

  /** Follows a newer list: new ones begin, changed ones are told, missing ones are removed. */
  private void assigned(Assignments list) {
    if (closed || shutdown.hasBegun() || list.version() <= seen) {
      return;
    }
    seen = list.version();
    latest = Optional.of(list);
    follow(list);
  }

  private void follow(Assignments list) {
    TreeMap<InstanceId, Assignment> listed = new TreeMap<>();
    list.instances().forEach(assignment -> listed.put(assignment.id(), assignment));
    for (InstanceSupervisor supervisor : List.copyOf(supervisors.values())) {
      if (!listed.containsKey(supervisor.id())) {
        supervisor.assign(notListed(supervisor.assignment()), supervisor.assigned());
      }
    }
    strays.keepOnly(listed.keySet());
    listed.forEach((id, assignment) ->
        list.service(assignment).ifPresent(service -> assign(assignment, service)));
    forgetGone(listed);
    changed();
  }

  private void assign(Assignment assignment, ServiceRevision service) {
    InstanceSupervisor known = supervisors.get(assignment.id());
    if (known != null && known.isRemoved() && assignment.directive() != Directive.REMOVE) {
      forget(known); // its number is used again, by one that has nothing else of it
    } else if (known != null) {
      known.assign(assignment, service);
      return;
    }
    Optional<InstanceRecord> running = strays.claim(assignment, service);
    if (running.isPresent()) {
      resume(running.get()).assign(assignment, service);
      return;
    }
    if (strays.isEnding(assignment.id())) {
      return; // followed again once that is gone
    }
    Memory memory = Memory.after(generations.getOrDefault(assignment.id(), 0L));
    InstanceSupervisor created = supervisor(assignment, service, memory);
    supervisors.put(assignment.id(), created);
    created.begin();
  }

  /** Something unknown is gone: what waited for that may begin. */
  private void strayGone() {
    if (!closed && !shutdown.hasBegun()) {
      latest.ifPresent(this::follow);
    }
    changed();
  }

  private static Assignment notListed(Assignment last) {
    return new Assignment(
        last.id(),
        last.revision(),
        last.role(),
        Directive.REMOVE,
        last.minGeneration(),
        "it is not assigned to this node any more",
        Actor.SYSTEM,
        Optional.empty());
  }

  private void forgetGone(Map<InstanceId, Assignment> listed) {
    supervisors
        .values()
        .removeIf(supervisor -> {
          boolean gone = supervisor.isRemoved() && !listed.containsKey(supervisor.id());
          if (gone) {
            forget(supervisor);
          }
          return gone;
        });
  }

  private void forget(InstanceSupervisor gone) {
    generations.put(gone.id(), gone.state().memory().generation());
    gone.close();
  }

  /** Tells the gateway at once, and everybody else after this turn. */
  private void changed() {
    if (closed) {
      return;
    }
    List<Endpoint> endpoints = new ArrayList<>();
    supervisors.values().forEach(supervisor -> supervisor.endpoint().ifPresent(endpoints::add));
    if (!endpoints.equals(published)) {
      published = List.copyOf(endpoints);
      world.traffic().publish(world.node(), published);
    }
    if (!flushes) {
      flushes = true;
      world.mailbox().post(this::flush);
    }
  }

  private void flush() {
    flushes = false;
    if (closed) {
      return;
    }
    List<InstanceSupervisor> all = List.copyOf(supervisors.values());
    all.forEach(InstanceSupervisor::lookAtDependencies);
    takesPushes =
        all.stream().filter(InstanceSupervisor::takesPushes).map(InstanceSupervisor::id).toList();
    observedWriter.offer(
        new Observed(world.node(), seen, all.stream().map(InstanceSupervisor::observed).toList()));
    if (loaded && shutdown.hasBegun()) {
      strays.endAll();
      shutdown.look(all, strays.isEmpty());
    }
  }

  private void sample() {
    if (!closed) {
      usage = sampler.sample(supervisors.values());
      world.mailbox().after(SAMPLE, this::sample);
    }
  }

  /** What supervisors see of the agent. */
  private final class Around implements InstanceSupervisor.Surroundings {
    @Override
    public List<String> missingDependencies(InstanceSupervisor supervisor) {
      return supervisor.assigned().spec().dependsOn().stream()
          .filter(service -> !servesHere(service) && !neighbours.serve(service))
          .map(ServiceName::value)
          .toList();
    }

    private boolean servesHere(ServiceName service) {
      return supervisors.values().stream()
          .anyMatch(other -> other.id().service().equals(service) && other.phase() == Phase.READY);
    }

    @Override
    public boolean isNeeded(InstanceId id) {
      return supervisors.values().stream()
          .filter(other -> other.id().service().equals(id.service()))
          .anyMatch(other ->
              other.assignment().role() == Role.SERVING
                  && !(other.state() instanceof LifecycleState.Ready));
    }

    @Override
    public void changed() {
      Agent.this.changed();
    }
  }

  /** Hears of the coordinator. */
  private final class Listening implements Coordinator.Listener {
    @Override
    public void changed(Coordinator.State state) {
      if (closed) {
        return;
      }
      neighbours.observed(state.observed());
      state.assignments().stream()
          .filter(list -> list.node().equals(world.node()))
          .findFirst()
          .ifPresent(Agent.this::assigned);
      Agent.this.changed();
    }

    @Override
    public void connection(boolean connected, String reason) {
      if (connected && !closed) {
        observedWriter.connected();
      }
    }
  }
}

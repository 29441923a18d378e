package io.mainstay.agent;

import io.mainstay.model.Actor;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.ObservedInstance;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.Role;
import io.mainstay.model.state.ServiceRevision;
import io.mainstay.ports.Prober;
import io.mainstay.testkit.FakeMachine;
import io.mainstay.testkit.MemoryEventJournal;
import io.mainstay.testkit.MemoryInstanceJournal;
import io.mainstay.testkit.RecordingTrafficControl;
import io.mainstay.testkit.SeededRandomness;
import io.mainstay.testkit.VirtualMailbox;
import io.mainstay.testkit.VirtualTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** One node around an agent, in virtual time; the agent can die and be started anew. */
final class AgentWorld {
  static final NodeName NODE = new NodeName("n1");
  static final Duration LIMIT = Duration.ofMinutes(10);

  final VirtualTime time = new VirtualTime();
  final FakeMachine machine = new FakeMachine(time);
  final RecordingTrafficControl traffic = new RecordingTrafficControl(time);
  final MemoryInstanceJournal journal = new MemoryInstanceJournal();
  final MemoryEventJournal events = new MemoryEventJournal();
  final ScriptedCoordinator coordinator = new ScriptedCoordinator();
  final TreeMap<String, String> secrets = new TreeMap<>();
  final SequencedMap<String, String> environment = new LinkedHashMap<>();
  final TreeMap<InstanceId, Assignment> wanted = new TreeMap<>();
  final TreeMap<String, ServiceRevision> services = new TreeMap<>();
  final List<MonotonicTime> asked = new ArrayList<>();
  Consumer<String> step = what -> {};
  VirtualMailbox mailbox = time.mailbox("agent");
  StallingMailbox disk = new StallingMailbox(time);
  Agent agent;
  private final SeededRandomness randomness;
  private long version;

  AgentWorld() {
    this(1);
  }

  AgentWorld(long seed) {
    randomness = new SeededRandomness(seed);
    environment.put("HOME", "/home/anna");
    journal.steps(what -> step.accept(what));
    agent = create();
    agent.start();
  }

  private Agent create() {
    return new Agent(
        NODE,
        coordinator,
        machine.host(mailbox, what -> step.accept(what)),
        asking(machine.prober(mailbox)),
        traffic,
        journal,
        events,
        this::secret,
        mailbox,
        disk,
        time,
        randomness,
        new AgentSettings("http://127.0.0.1:7070", "127.0.0.1", environment));
  }

  private Prober asking(Prober prober) {
    return (request, done) -> {
      asked.add(time.now());
      prober.probe(request, done);
    };
  }

  private String secret(Path file) throws IOException {
    String value = secrets.get(file.toString());
    if (value == null) {
      throw new IOException("no such file");
    }
    return value;
  }

  static InstanceId id(String text) {
    return InstanceId.parse(text).orElseThrow();
  }

  /** The server is killed; its processes go on. */
  void kill() {
    mailbox.close();
    disk.close();
  }

  /** The next server on the same data folder. */
  void restart() {
    kill();
    mailbox = time.mailbox("agent");
    disk = new StallingMailbox(time);
    agent = create();
    agent.start();
  }

  AgentWorld service(int revision, ServiceSpec spec) {
    services.put(spec.name().value(), new ServiceRevision(revision, spec));
    return this;
  }

  AgentWorld want(String instance, Role role, Directive directive, long minGeneration) {
    InstanceId id = id(instance);
    int revision = services.get(id.service().value()).revision();
    wanted.put(
        id,
        new Assignment(
            id,
            revision,
            role,
            directive,
            minGeneration,
            "a test wants it",
            Actor.SYSTEM,
            Optional.empty()));
    return this;
  }

  AgentWorld serving(String instance) {
    return want(instance, Role.SERVING, Directive.RUN, 0);
  }

  AgentWorld standby(String instance) {
    return want(instance, Role.STANDBY, Directive.RUN, 0);
  }

  void unlist(String instance) {
    wanted.remove(id(instance));
  }

  void assign() {
    coordinator.assign(
        new Assignments(
            NODE, ++version, List.copyOf(services.values()), List.copyOf(wanted.values())));
  }

  Optional<ObservedInstance> observed(String instance) {
    return coordinator.written().isEmpty()
        ? Optional.empty()
        : coordinator.written().getLast().instance(id(instance));
  }

  Phase phase(String instance) {
    return observed(instance).map(ObservedInstance::phase).orElse(Phase.STOPPED);
  }

  boolean await(BooleanSupplier condition) {
    return time.runUntil(condition, LIMIT);
  }

  boolean await(String instance, Phase phase) {
    return await(() -> phase(instance) == phase);
  }

  void runFor(Duration duration) {
    time.runFor(duration);
  }

  List<String> kinds() {
    return events.all().stream().map(event -> event.kind().label()).toList();
  }

  int count(EventKind kind) {
    return events.of(kind).size();
  }
}

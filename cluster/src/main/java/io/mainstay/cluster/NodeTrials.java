package io.mainstay.cluster;

import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Checks;
import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.state.NodePresence;
import io.mainstay.model.state.Observed;
import io.mainstay.model.state.ObservedInstance;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.NodeReport;
import io.mainstay.ports.Prober;
import io.mainstay.ports.Time;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The second witness without any traffic: while the session of a node is gone, its instances are
 * asked from here once a second, as their checks ask them. A node of which one answers is not lost,
 * only cut off from the coordination. While the coordination itself cannot be reached, all nodes
 * are asked, since one that takes its leader along keeps its session for a while: whoever does not
 * answer is asked on until then. Nothing is asked while all is well. One mailbox; {@link
 * #answering} and {@link #silent} from any thread.
 */
public final class NodeTrials implements Coordinator.Listener, GatheredSignals.Trials {
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** An answer counts for two rounds and a bit. */
  private static final Duration FRESH = Duration.ofMillis(2_500);

  /** How long who did not answer is asked on once the coordination is back; a session and more. */
  private static final Duration DOUBT = Duration.ofSeconds(6);

  /** At most so many instances of a node a round, each in its turn. */
  private static final int AT_ONCE = 3;

  /**
   * As many of a node that may be well: while the coordination is away, everybody asks everybody.
   */
  private static final int AT_ONCE_IN_DOUBT = 1;

  private static final Probe CONNECT = new Probe.Tcp(Optional.empty(), Optional.empty());

  private final NodeName self;
  private final Prober prober;
  private final Mailbox mailbox;
  private final Time time;
  private final ConcurrentSkipListMap<NodeName, MonotonicTime> answered =
      new ConcurrentSkipListMap<>();
  private final ConcurrentSkipListMap<NodeName, MonotonicTime> silentSince =
      new ConcurrentSkipListMap<>();
  private TreeMap<NodeName, List<Prober.Request>> others = new TreeMap<>();
  private Set<NodeName> gone = Set.of();
  private boolean connected = true;
  private MonotonicTime doubtUntil = MonotonicTime.ZERO;
  private int turn;
  private boolean running;

  /**
   * Asks from the node {@code self}.
   *
   * @param prober its results may come in any mailbox
   */
  public NodeTrials(NodeName self, Prober prober, Mailbox mailbox, Time time) {
    this.self = self;
    this.prober = prober;
    this.mailbox = mailbox;
    this.time = time;
  }

  @Override
  public List<NodeName> answering() {
    MonotonicTime now = time.now();
    List<NodeName> nodes = new ArrayList<>();
    answered.forEach((node, at) -> {
      if (now.since(at).compareTo(FRESH) <= 0) {
        nodes.add(node);
      }
    });
    return nodes;
  }

  @Override
  public List<NodeReport.Silence> silent() {
    MonotonicTime now = time.now();
    List<NodeReport.Silence> nodes = new ArrayList<>();
    silentSince.forEach((node, at) -> nodes.add(new NodeReport.Silence(node, now.since(at))));
    return nodes;
  }

  @Override
  public void changed(Coordinator.State state) {
    Map<ServiceName, ServiceSpec> services = new LinkedHashMap<>();
    state
        .desired()
        .ifPresent(desired ->
            desired.deployment().services().forEach(spec -> services.put(spec.name(), spec)));
    TreeMap<NodeName, List<Prober.Request>> next = new TreeMap<>();
    TreeSet<NodeName> away = new TreeSet<>();
    for (NodePresence node : state.nodes()) {
      NodeName name = node.record().name();
      if (!name.equals(self)) {
        next.put(name, requests(name, state.observed(), services));
        if (!node.present()) {
          away.add(name);
        }
      }
    }
    others = next;
    gone = away;
    goOn();
  }

  /** Whose session lives is not known meanwhile. */
  @Override
  public void connection(boolean nowConnected, String reason) {
    if (nowConnected && !connected) {
      doubtUntil = time.now().plus(DOUBT);
    }
    connected = nowConnected;
    goOn();
  }

  private void goOn() {
    if (!running && !suspects().isEmpty()) {
      running = true;
      round();
    }
  }

  /** Whom to ask; what is known of all others is forgotten. */
  private Set<NodeName> suspects() {
    TreeSet<NodeName> suspects = new TreeSet<>(gone);
    if (!connected) {
      suspects.addAll(others.keySet());
    } else if (time.now().isBefore(doubtUntil)) {
      suspects.addAll(silentSince.keySet());
    }
    suspects.retainAll(others.keySet());
    answered.keySet().retainAll(suspects);
    silentSince.keySet().retainAll(suspects);
    return suspects;
  }

  private static List<Prober.Request> requests(
      NodeName node, List<Observed> observed, Map<ServiceName, ServiceSpec> services) {
    List<Prober.Request> requests = new ArrayList<>();
    for (Observed one : observed) {
      if (one.node().equals(node)) {
        for (ObservedInstance instance : one.instances()) {
          Optional<ServiceSpec> spec = Optional.ofNullable(services.get(instance.id().service()));
          Optional<Address> address = instance.address();
          // Upstreams answer from elsewhere, and say nothing of the node that watches them.
          boolean here =
              spec.filter(known -> !(known.workload() instanceof Workload.Run)).isEmpty();
          if (here && address.isPresent()) {
            requests.add(request(instance.id(), address.get(), spec));
          }
        }
      }
    }
    return requests;
  }

  private static Prober.Request request(
      InstanceId instance, Address address, Optional<ServiceSpec> spec) {
    Probe probe =
        spec.flatMap(known -> known.checks().ready())
            .map(Checks.Check::probe)
            .filter(NodeTrials::isUsable)
            .orElse(CONNECT);
    return new Prober.Request(
        instance, probe, Optional.of(address), Path.of("/"), new LinkedHashMap<>(), PATIENCE);
  }

  /** What can be asked from here as it stands: over the network, and with nothing to expand. */
  private static boolean isUsable(Probe probe) {
    return switch (probe) {
      case Probe.Http http -> !http.path().contains("$") && http.headers().isEmpty();
      case Probe.Tcp tcp -> !tcp.send().orElse("").contains("$");
      case Probe.Agent agent -> !agent.send().orElse("").contains("$");
      case Probe.Grpc grpc -> !grpc.service().contains("$");
      case Probe.Tls tls -> isUsable(tls.inside());
      case Probe.Certificate _ -> true;
      case Probe.Run _,
          Probe.Push _,
          Probe.File _,
          Probe.Disk _,
          Probe.Promql _,
          Probe.Sql _,
          Probe.Jvm _,
          Probe.Log _ ->
          false;
    };
  }

  private void round() {
    Set<NodeName> suspects = suspects();
    if (suspects.isEmpty()) {
      running = false;
      return;
    }
    turn++;
    for (NodeName node : suspects) {
      List<Prober.Request> requests = others.getOrDefault(node, List.of());
      int most = gone.contains(node) ? AT_ONCE : AT_ONCE_IN_DOUBT;
      for (int i = 0; i < Math.min(most, requests.size()); i++) {
        silentSince.putIfAbsent(node, time.now());
        prober.probe(
            requests.get(Math.floorMod(turn * most + i, requests.size())),
            result -> {
              switch (result.outcome()) {
                case PASS, WARNING -> {
                  answered.put(node, time.now());
                  silentSince.remove(node);
                }
                case FAIL, UNKNOWN -> {}
              }
            });
      }
    }
    mailbox.after(EVERY, this::round);
  }
}

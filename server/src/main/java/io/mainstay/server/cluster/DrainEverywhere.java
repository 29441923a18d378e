package io.mainstay.server.cluster;

import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.model.state.Topology;
import io.mainstay.ports.ClusterControl.Use;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.Time;
import io.mainstay.ports.TrafficControl;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The gateway as this node's agent sees it: a run is drained once no gateway of any node uses it
 * any more. The own one is told at once; the others hear of it by the shared state and are asked
 * until they have nothing in flight. A node that does not answer is not waited for, nor one that
 * does not hear for {@link #HEARING}: it has trouble of its own. One mailbox; {@link
 * TrafficControl} from any thread.
 */
public final class DrainEverywhere implements TrafficControl {
  /** How long news of the drain may travel. */
  static final Duration HEARING = Duration.ofSeconds(5);

  private static final Duration AGAIN = Duration.ofMillis(100);
  private static final int MOST_FAILURES = 2;

  private final NodeName self;
  private final TrafficControl gateway;
  private final KnownNodes nodes;
  private final Mailbox mailbox;
  private final Time time;
  private Optional<Asking> asking = Optional.empty();

  /** Asks the gateway of another node. */
  interface Asking {
    /** Fails if the node cannot be asked. */
    CompletionStage<Use> use(Address node, InstanceId instance, long generation);
  }

  /**
   * In front of the gateway of the node {@code self}.
   *
   * @param nodes those whose session lives are asked
   */
  public DrainEverywhere(
      NodeName self, TrafficControl gateway, KnownNodes nodes, Mailbox mailbox, Time time) {
    this.self = self;
    this.gateway = gateway;
    this.nodes = nodes;
    this.mailbox = mailbox;
    this.time = time;
  }

  /** From now on the others can be asked. Any thread. */
  void askBy(Asking how) {
    mailbox.post(() -> asking = Optional.of(how));
  }

  @Override
  public void drain(
      InstanceId instance, long generation, Duration limit, Consumer<Integer> drained) {
    MonotonicTime begin = time.now();
    gateway.drain(
        instance,
        generation,
        limit,
        cut ->
            mailbox.post(() -> new Wait(instance, generation, begin, limit, cut, drained).begin()));
  }

  @Override
  public void configure(Deployment deployment) {
    gateway.configure(deployment);
  }

  @Override
  public void publish(NodeName node, List<Endpoint> endpoints) {
    gateway.publish(node, endpoints);
  }

  @Override
  public void beginAnew(NodeName node) {
    gateway.beginAnew(node);
  }

  @Override
  public void topology(Topology topology) {
    gateway.topology(topology);
  }

  @Override
  public void withdraw(InstanceId instance, long generation, String reason) {
    gateway.withdraw(instance, generation, reason);
  }

  /** One drain that the own gateway is through with. */
  private final class Wait {
    private final InstanceId instance;
    private final long generation;
    private final MonotonicTime begin;
    private final Duration limit;
    private final int cut;
    private final Consumer<Integer> drained;
    private final TreeMap<NodeName, Integer> failures = new TreeMap<>();
    private int open;

    Wait(
        InstanceId instance,
        long generation,
        MonotonicTime begin,
        Duration limit,
        int cut,
        Consumer<Integer> drained) {
      this.instance = instance;
      this.generation = generation;
      this.begin = begin;
      this.limit = limit;
      this.cut = cut;
      this.drained = drained;
    }

    void begin() {
      nodes.present().stream()
          .map(NodeRecord::name)
          .filter(node -> !node.equals(self))
          .forEach(node -> failures.put(node, 0));
      open = failures.size();
      if (asking.isEmpty() || open == 0) {
        drained.accept(cut);
        return;
      }
      List.copyOf(failures.keySet()).forEach(this::ask);
    }

    private void ask(NodeName node) {
      Optional<Address> address = nodes.presentApi(node);
      if (address.isEmpty()) {
        through();
        return;
      }
      var _ =
          asking
              .orElseThrow()
              .use(address.get(), instance, generation)
              .whenComplete((use, problem) ->
                  mailbox.post(() -> {
                    if (problem != null || use == null) {
                      failed(node);
                    } else {
                      heard(node, use);
                    }
                  }));
    }

    private void failed(NodeName node) {
      if (failures.merge(node, 1, Integer::sum) >= MOST_FAILURES) {
        through();
      } else {
        mailbox.after(AGAIN, () -> ask(node));
      }
    }

    private void heard(NodeName node, Use use) {
      failures.put(node, 0);
      Duration since = time.now().since(begin);
      Duration patience =
          switch (use) {
            case NONE -> Duration.ZERO;
            case IN_FLIGHT -> limit;
            case ROUTED -> limit.compareTo(HEARING) < 0 ? limit : HEARING;
          };
      if (since.compareTo(patience) >= 0) {
        through();
      } else {
        mailbox.after(AGAIN, () -> ask(node));
      }
    }

    private void through() {
      open--;
      if (open == 0) {
        drained.accept(cut);
      }
    }
  }
}

package io.mainstay.server.cluster;

import io.mainstay.model.Address;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Observed;
import io.mainstay.model.state.ObservedInstance;
import io.mainstay.model.state.Phase;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.Mailbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has warm standbys of other nodes thawed when this node's gateway wants one and has none here. The
 * agent of the node is asked directly, without the leader: it may be the one that is gone. All
 * gateways choose the same standby, the first by name. One mailbox; {@link #wanted} from any
 * thread.
 */
public final class RemoteThawing implements Coordinator.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteThawing.class);
  private static final Duration AGAIN = Duration.ofMillis(200);
  private static final int MOST_TRIES = 10;

  private final NodeName self;
  private final KnownNodes nodes;
  private final Asking asking;
  private final Mailbox mailbox;
  private final TreeMap<ServiceName, List<ObservedInstance>> frozen = new TreeMap<>();

  /** Asks another node to thaw a standby. */
  interface Asking {
    /** Fails if the node cannot be asked. */
    CompletionStage<?> thaw(Address node, ServiceName service, String reason);
  }

  RemoteThawing(NodeName self, KnownNodes nodes, Asking asking, Mailbox mailbox) {
    this.self = self;
    this.nodes = nodes;
    this.asking = asking;
    this.mailbox = mailbox;
  }

  /** This node's gateway wants a standby of that service. */
  public void wanted(ServiceName service, String reason) {
    mailbox.post(() -> ask(service, reason, new TreeSet<>(), MOST_TRIES));
  }

  private void ask(ServiceName service, String reason, Set<NodeName> failed, int tries) {
    List<ObservedInstance> standbys = frozen.getOrDefault(service, List.of());
    if (standbys.stream().anyMatch(one -> one.node().equals(self))) {
      // The own agent hears of it, too.
      return;
    }
    for (ObservedInstance standby : standbys) {
      Optional<Address> node = nodes.presentApi(standby.node());
      if (node.isPresent() && !failed.contains(standby.node()) && tries > 0) {
        var _ =
            asking
                .thaw(node.get(), service, reason)
                .whenComplete((_, problem) -> {
                  if (problem != null) {
                    LOG.debug("{}: no standby of {}: {}", standby.node(), service, problem);
                    mailbox.post(() -> failed.add(standby.node()));
                    mailbox.after(AGAIN, () -> ask(service, reason, failed, tries - 1));
                  }
                });
        return;
      }
    }
  }

  @Override
  public void changed(Coordinator.State state) {
    frozen.clear();
    for (Observed observed : state.observed()) {
      for (ObservedInstance instance : observed.instances()) {
        if (instance.phase() == Phase.FROZEN) {
          frozen.computeIfAbsent(instance.id().service(), _ -> new ArrayList<>()).add(instance);
        }
      }
    }
    frozen.values().forEach(all -> all.sort(Comparator.comparing(ObservedInstance::id)));
  }

  @Override
  public void connection(boolean connected, String reason) {
    // The last word holds.
  }
}

package io.mainstay.decisions.failover;

import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.Endpoint.Readiness;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the nodes published, and which runs were taken out by the short cut. A run that was taken
 * out stays out until a higher generation is published, whatever older snapshot arrives; one that
 * was only drained, until it is published as ready after it was published as anything else. Not
 * thread-safe: whoever routes by it guards it.
 */
public final class Directory {
  private final TreeMap<NodeName, List<Endpoint>> published = new TreeMap<>();
  private final TreeMap<Place, Long> newest = new TreeMap<>();
  private final TreeMap<InstanceId, Removal> removed = new TreeMap<>();
  private @Nullable NodeName self;

  /**
   * Generations are counted by each node for itself: a number that was given up on one node may be
   * used again on another one.
   */
  private record Place(NodeName node, InstanceId instance) implements Comparable<Place> {
    private static final Comparator<Place> ORDER =
        Comparator.comparing(Place::node).thenComparing(Place::instance);

    @Override
    public int compareTo(Place other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * Why a run takes no new requests.
   *
   * @param node that runs it; null: not known
   * @param generation of the run
   * @param reason in a few words
   * @param drain whether it ends when the run is published as ready anew
   */
  private record Removal(@Nullable NodeName node, long generation, String reason, boolean drain) {
    boolean covers(Removal other) {
      return Objects.equals(node, other.node)
          && (generation > other.generation
              || (generation == other.generation && (!drain || other.drain)));
    }

    boolean covers(Endpoint endpoint) {
      return (node == null || node.equals(endpoint.node())) && endpoint.generation() <= generation;
    }
  }

  /** Says which node this is, once that is known: what was taken out before was on it, too. */
  public void self(NodeName node) {
    self = node;
    removed.replaceAll((_, removal) ->
        removal.node() == null
            ? new Removal(node, removal.generation(), removal.reason(), removal.drain())
            : removal);
  }

  /** Takes in what a node published; answers the services that change by it. */
  public SortedSet<ServiceName> publish(NodeName node, List<Endpoint> endpoints) {
    List<Endpoint> before = published.getOrDefault(node, List.of());
    List<Endpoint> taken = new ArrayList<>();
    for (Endpoint endpoint : endpoints) {
      Place place = new Place(node, endpoint.id());
      long known = newest.getOrDefault(place, Long.MIN_VALUE);
      if (endpoint.generation() >= known) {
        newest.put(place, endpoint.generation());
        taken.add(endpoint);
        endDrain(endpoint, before);
      }
    }
    if (endpoints.isEmpty()) {
      // It is forgotten, and begins anew if it comes back.
      published.remove(node);
      newest.keySet().removeIf(place -> place.node().equals(node));
    } else {
      published.put(node, List.copyOf(taken));
    }
    SortedSet<ServiceName> concerned = new TreeSet<>();
    addMissing(concerned, before, taken);
    addMissing(concerned, taken, before);
    return concerned;
  }

  /** Generations of a node may begin anew: what it publishes next counts, however low. */
  public void beginAnew(NodeName node) {
    newest.keySet().removeIf(place -> place.node().equals(node));
  }

  /** Adds the services of those in {@code some} that are not in {@code others}. */
  private static void addMissing(
      SortedSet<ServiceName> services, List<Endpoint> some, List<Endpoint> others) {
    SequencedSet<Endpoint> known = new LinkedHashSet<>(others);
    for (Endpoint endpoint : some) {
      if (!known.contains(endpoint)) {
        services.add(endpoint.id().service());
      }
    }
  }

  /** A run that was drained and then stood aside (as a frozen standby does) is ready anew. */
  private void endDrain(Endpoint endpoint, List<Endpoint> before) {
    Removal removal = removed.get(endpoint.id());
    if (removal == null || !removal.drain() || endpoint.readiness() != Readiness.READY) {
      return;
    }
    boolean stoodAside =
        before.stream()
            .anyMatch(old ->
                old.id().equals(endpoint.id())
                    && old.generation() == endpoint.generation()
                    && old.readiness() != Readiness.READY);
    if (stoodAside && removal.generation() == endpoint.generation()) {
      removed.remove(endpoint.id());
    }
  }

  /** Takes a run out for good; false if a newer one is known or it is out already. */
  public boolean withdraw(InstanceId instance, long generation, String reason) {
    return remove(instance, new Removal(here(instance, generation), generation, reason, false));
  }

  /** Takes a run out until it is ready anew; false if a newer one is known or it is out already. */
  public boolean drain(InstanceId instance, long generation) {
    return remove(instance, new Removal(here(instance, generation), generation, "draining", true));
  }

  /** This node, whose agent is the only one that takes runs out; or who published that run. */
  private @Nullable NodeName here(InstanceId instance, long generation) {
    if (self != null) {
      return self;
    }
    for (Endpoint endpoint : of(instance.service())) {
      if (endpoint.id().equals(instance) && endpoint.generation() == generation) {
        return endpoint.node();
      }
    }
    return null;
  }

  private boolean remove(InstanceId instance, Removal removal) {
    Removal before = removed.get(instance);
    if (before != null && before.covers(removal)) {
      return false;
    }
    removed.put(instance, removal);
    return true;
  }

  /** Whether that run was taken out. */
  public boolean isRemoved(Endpoint endpoint) {
    Removal removal = removed.get(endpoint.id());
    return removal != null && removal.covers(endpoint);
  }

  /** Why an instance is missing, in a few words. */
  public String whyMissing(InstanceId instance) {
    Removal removal = removed.get(instance);
    for (Endpoint endpoint : of(instance.service())) {
      if (endpoint.id().equals(instance)) {
        return removal != null && isRemoved(endpoint)
            ? removal.reason()
            : endpoint.readiness().name().toLowerCase(Locale.ROOT).replace('_', ' ');
      }
    }
    return "not published";
  }

  /**
   * The endpoints of a service on all nodes, one of each instance. Where two nodes name the same
   * one, who says that it is ready counts, then the higher generation.
   */
  public List<Endpoint> of(ServiceName service) {
    TreeMap<InstanceId, Endpoint> endpoints = new TreeMap<>();
    for (List<Endpoint> ofNode : published.values()) {
      for (Endpoint endpoint : ofNode) {
        if (endpoint.id().service().equals(service)) {
          endpoints.merge(endpoint.id(), endpoint, Directory::newer);
        }
      }
    }
    return List.copyOf(endpoints.values());
  }

  private static Endpoint newer(Endpoint one, Endpoint other) {
    boolean ready = one.readiness() == Readiness.READY;
    boolean otherReady = other.readiness() == Readiness.READY;
    if (ready != otherReady) {
      return ready ? one : other;
    }
    return other.generation() > one.generation() ? other : one;
  }
}

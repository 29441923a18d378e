package io.mainstay.ports;

import io.mainstay.model.NodeName;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Desired;
import io.mainstay.model.state.NodePresence;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.model.state.Observed;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.Topology;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The state that servers share. Methods return at once; results and changes arrive in the mailbox
 * given with the call. Changes arrive in order and may be merged: only the newest matters.
 */
public interface Coordinator {
  /** Watches everything; the listener first gets the present state, once it is known. */
  Subscription subscribe(Mailbox mailbox, Listener listener);

  /**
   * Stands for leader until closed. The listener hears of gains and losses, and of who leads.
   *
   * @param candidate who stands; empty: nobody does, and the listener only hears who leads
   */
  Subscription campaign(Optional<NodeName> candidate, Mailbox mailbox, LeadershipListener listener);

  /** Writes what was applied, if the stored version is still {@code expected} (0: none yet). */
  void writeDesired(Desired value, long expected, Mailbox mailbox, Consumer<WriteResult> done);

  /** Writes operators' overrides, if the stored version is still {@code expected} (0: none yet). */
  void writeOverrides(Overrides value, long expected, Mailbox mailbox, Consumer<WriteResult> done);

  /** Writes assignments, if {@code term} still leads. */
  void writeAssignments(Assignments value, Term term, Mailbox mailbox, Consumer<WriteResult> done);

  /** Writes what an agent knows of its own node. */
  void writeObserved(Observed value, Mailbox mailbox, Consumer<WriteResult> done);

  /**
   * Makes a node known and keeps its session until closed: stores the record at once, or as soon as
   * the coordinator can be reached, and anew after a lost session. Closing ends only the session. A
   * later call for the same name, from whatever server, takes the session over.
   */
  Subscription register(NodeRecord record);

  /**
   * Deletes the record of a node that is gone for good, and what it observed and was assigned, if
   * {@code term} still leads. A conflict if its session lives; deleting what is not there is no
   * error.
   */
  void forgetNode(NodeName node, Term term, Mailbox mailbox, Consumer<WriteResult> done);

  /** Ends a subscription; no call of its listener begins afterwards in its mailbox. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }

  /** Hears of changes. */
  interface Listener {
    /** The state as stored now. */
    void changed(State state);

    /** Whether the coordinator can be reached; while not, the last state holds. */
    void connection(boolean connected, String reason);
  }

  /** Hears of leadership. */
  interface LeadershipListener {
    /** This candidate leads until it is told otherwise. */
    void elected(Term term);

    /** It does not lead any more, or cannot know. */
    void deposed(String reason);

    /** Who leads, as far as known. */
    void leader(Optional<NodeName> leader);
  }

  /**
   * A fencing token: grows over the whole life of the coordinator.
   *
   * @param token never used twice
   */
  record Term(long token) {}

  /**
   * Everything that is shared.
   *
   * @param desired what was applied, if anything was
   * @param desiredVersion for {@link #writeDesired}; 0: none
   * @param overrides operators' overrides
   * @param overridesVersion for {@link #writeOverrides}; 0: none
   * @param assignments one entry a node, sorted by node
   * @param observed one entry a node, sorted by node
   * @param nodes every node that registered and was not forgotten, sorted by name
   */
  record State(
      Optional<Desired> desired,
      long desiredVersion,
      Overrides overrides,
      long overridesVersion,
      List<Assignments> assignments,
      List<Observed> observed,
      List<NodePresence> nodes) {
    /** Copies the lists. */
    public State {
      assignments = List.copyOf(assignments);
      observed = List.copyOf(observed);
      nodes = List.copyOf(nodes);
    }

    /** Where the nodes are, seen from one of them. */
    public Topology topology(NodeName self) {
      LinkedHashMap<NodeName, String> zones = new LinkedHashMap<>();
      nodes.forEach(node -> zones.put(node.record().name(), node.record().zone()));
      return new Topology(
          self, zones, overrides.evacuations().stream().map(Overrides.Evacuation::zone).toList());
    }
  }

  /** What became of a write. */
  sealed interface WriteResult {
    /** Stored for good. */
    record Written(long version) implements WriteResult {}

    /** Somebody else was first; read again. */
    record Conflict(String reason) implements WriteResult {}

    /** The writer does not lead any more; nothing was stored. */
    record Deposed(String reason) implements WriteResult {}

    /** The coordinator could not be reached; it may or may not have been stored. */
    record Failed(String reason) implements WriteResult {}
  }
}

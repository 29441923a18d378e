package io.mainstay.testkit;

import io.mainstay.model.NodeName;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Desired;
import io.mainstay.model.state.NodePresence;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.model.state.Observed;
import io.mainstay.model.state.Overrides;
import io.mainstay.ports.Coordinator.State;
import io.mainstay.ports.Coordinator.Term;
import io.mainstay.ports.Coordinator.WriteResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The shared state behind {@link MemoryCoordinator}s, in virtual time. It outlives them, as the
 * disk of a real coordinator outlives its clients. One thread.
 */
public final class MemoryEnsemble {
  /** How long a candidate that cannot be reached keeps its place. */
  public static final Duration SESSION = Duration.ofSeconds(4);

  private final VirtualTime time;
  private final List<MemoryCoordinator> clients = new ArrayList<>();
  private final List<Ticket> election = new ArrayList<>();
  private final SortedMap<NodeName, Assignments> assignments = new TreeMap<>();
  private final SortedMap<NodeName, Long> assignmentWrites = new TreeMap<>();
  private final SortedMap<NodeName, Observed> observed = new TreeMap<>();
  private final SortedMap<NodeName, NodeRecord> records = new TreeMap<>();
  private final SortedMap<NodeName, Holder> sessions = new TreeMap<>();
  private Optional<Desired> desired = Optional.empty();
  private long desiredVersion;
  private Overrides overrides = Overrides.NONE;
  private long overridesVersion;
  private long position;
  private long assignmentChanges;
  private long writes;
  private boolean available = true;
  private boolean fenced = true;
  private final List<BiConsumer<Assignments, Term>> onlookers = new ArrayList<>();
  private @Nullable State cached;

  /** An empty state. */
  public MemoryEnsemble(VirtualTime time) {
    this.time = time;
  }

  /** A new client, connected, whose messages take no time until it is told otherwise. */
  public MemoryCoordinator connect() {
    MemoryCoordinator client = new MemoryCoordinator(this, time);
    clients.add(client);
    return client;
  }

  /** What is stored now, as an onlooker who needs no connection sees it. */
  public State state() {
    State present = cached;
    if (present == null) {
      present =
          new State(
              desired,
              desiredVersion,
              overrides,
              overridesVersion,
              List.copyOf(assignments.values()),
              List.copyOf(observed.values()),
              presences());
      cached = present;
    }
    return present;
  }

  /** How often assignments were stored. */
  public long assignmentChanges() {
    return assignmentChanges;
  }

  /** How often anything was stored: what a real ensemble would have to agree on. */
  public long writes() {
    return writes;
  }

  /** Is told of all assignments that are stored from now on, and in whose term. */
  public void watchAssignments(BiConsumer<Assignments, Term> onlooker) {
    onlookers.add(onlooker);
  }

  /**
   * Whether terms that are over are refused, as they must be; tests turn it off to see what breaks.
   */
  public void fenced(boolean now) {
    fenced = now;
  }

  /**
   * Stops it: nobody can be reached, nothing is stored, and no session ends, since nobody is there
   * to say so.
   */
  public void stop() {
    if (available) {
      available = false;
      List.copyOf(clients).forEach(client -> client.cutOff("the quorum is lost"));
    }
  }

  /** Goes on with what was stored. Sessions have their whole time again to be taken up. */
  public void resume() {
    if (!available) {
      available = true;
      for (MemoryCoordinator client : List.copyOf(clients)) {
        client.expireUnlessBack();
        client.comeBack();
      }
    }
  }

  /** Whether it can store anything. */
  public boolean isAvailable() {
    return available;
  }

  /** Who leads now, whether or not anybody has heard of it. */
  public Optional<NodeName> leader() {
    return election.stream().findFirst().map(Ticket::name);
  }

  WriteResult desired(Desired value, long expected) {
    if (expected != desiredVersion) {
      return conflict(expected, desiredVersion);
    }
    desired = Optional.of(value);
    desiredVersion++;
    changed();
    return new WriteResult.Written(desiredVersion);
  }

  WriteResult overrides(Overrides value, long expected) {
    if (expected != overridesVersion) {
      return conflict(expected, overridesVersion);
    }
    overrides = value;
    overridesVersion++;
    changed();
    return new WriteResult.Written(overridesVersion);
  }

  WriteResult assignments(Assignments value, Term term) {
    if (fenced && election.stream().noneMatch(ticket -> ticket.term().equals(term))) {
      return new WriteResult.Deposed("the term " + term.token() + " is over");
    }
    assignments.put(value.node(), value);
    assignmentChanges++;
    changed();
    onlookers.forEach(onlooker -> onlooker.accept(value, term));
    return new WriteResult.Written(assignmentWrites.merge(value.node(), 1L, Long::sum));
  }

  WriteResult observed(Observed value) {
    observed.put(value.node(), value);
    changed();
    return new WriteResult.Written(++position);
  }

  /**
   * Stores the record and gives the node's session to {@code holder}, unless another one has it.
   *
   * @param claims whether it is given to the holder even then
   */
  void register(NodeRecord record, Holder holder, boolean claims) {
    Holder before = sessions.get(record.name());
    if (before == holder || (before != null && !claims)) {
      return;
    }
    records.put(record.name(), record);
    sessions.put(record.name(), holder);
    changed();
  }

  void endSession(NodeName node, Holder holder) {
    if (sessions.remove(node, holder)) {
      changed();
    }
  }

  WriteResult forget(NodeName node, Term term) {
    if (election.stream().noneMatch(ticket -> ticket.term().equals(term))) {
      return new WriteResult.Deposed("the term " + term.token() + " is over");
    }
    if (sessions.containsKey(node)) {
      return new WriteResult.Conflict("its session lives");
    }
    records.remove(node);
    observed.remove(node);
    assignments.remove(node);
    changed();
    return new WriteResult.Written(0);
  }

  private List<NodePresence> presences() {
    return records.values().stream()
        .map(record -> new NodePresence(record, sessions.containsKey(record.name())))
        .toList();
  }

  /** A new place at the end of the election. */
  Ticket enroll(MemoryCoordinator client, NodeName name) {
    Ticket ticket = new Ticket(name, new Term(++position), client);
    election.add(ticket);
    electionChanged();
    return ticket;
  }

  void resign(Ticket ticket) {
    if (election.remove(ticket)) {
      electionChanged();
    }
  }

  boolean isEnrolled(Ticket ticket) {
    return election.contains(ticket);
  }

  boolean leads(Ticket ticket) {
    return !election.isEmpty() && election.getFirst().equals(ticket);
  }

  /** Ends the session: its places in the election are free at once, its nodes are away. */
  void expire(MemoryCoordinator client) {
    if (sessions.values().removeIf(holder -> holder.client() == client)) {
      changed();
    }
    if (election.removeIf(ticket -> ticket.client() == client)) {
      electionChanged();
    }
  }

  void disconnect(MemoryCoordinator client) {
    expire(client);
    clients.remove(client);
  }

  /** The client is gone without a word: its session ends when its time is over. */
  void abandon(MemoryCoordinator client) {
    clients.remove(client);
    expireLater(client);
  }

  /** Ends the session of a client that is dead, once somebody is there to do it. */
  private void expireLater(MemoryCoordinator client) {
    time.schedule(
        SESSION,
        () -> {
          if (available) {
            expire(client);
          } else {
            expireLater(client);
          }
        });
  }

  private void changed() {
    cached = null;
    writes++;
    position++;
    List.copyOf(clients).forEach(MemoryCoordinator::stateChanged);
  }

  private void electionChanged() {
    List.copyOf(clients).forEach(MemoryCoordinator::electionChanged);
  }

  private static WriteResult conflict(long expected, long stored) {
    return new WriteResult.Conflict("version " + stored + " (expected: " + expected + ")");
  }

  /** Has the session of a node. */
  interface Holder {
    MemoryCoordinator client();
  }

  /**
   * A place in the election; the first leads.
   *
   * @param name of the candidate
   * @param term that it has when it leads
   * @param client whose session keeps it
   */
  record Ticket(NodeName name, Term term, MemoryCoordinator client) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Ticket ticket && ticket.term.equals(term);
    }

    @Override
    public int hashCode() {
      return term.hashCode();
    }
  }
}

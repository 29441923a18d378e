package io.mainstay.zookeeper;

import io.mainstay.model.Address;
import io.mainstay.model.NodeName;
import io.mainstay.ports.ClusterControl.Member;
import io.mainstay.ports.ModelCodec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * How one node of a cluster takes part in the coordination: as one of the servers that carry it, or
 * as their client. It becomes the one or the other by itself, as the cluster needs it. All methods
 * from any thread; those that throw {@link IOException} may wait for some seconds.
 */
public final class ClusterCoordination implements AutoCloseable {
  private static final int PROBE_MILLIS = 2_000;

  private final Paths paths;
  private final ZooKeeperCoordinator coordinator;
  private final ClusterStore store;
  private final MembershipStore membership;
  private final SeatCount seats;
  private final LocalPeer peer;
  private final ClusterTurns turns;

  /**
   * What does not change while it runs.
   *
   * @param directory of the coordination's state; a server that stood alone may have used it
   * @param memory file in which the members are remembered; not in {@code directory}
   * @param cluster name of the state in the coordinator, the same on all nodes
   * @param codec of the stored values
   * @param node who this is
   * @param tls files of the node's certificate
   * @param seats how many servers shall carry the coordination while nobody asked for more: 1, 3 or
   *     5
   * @param replaceAfter how long one of them may be away before another node takes its seat
   */
  public record Options(
      Path directory,
      Path memory,
      String cluster,
      ModelCodec codec,
      NodeName node,
      PeerTls tls,
      int seats,
      Duration replaceAfter) {
    /** Refuses an even number of seats. */
    public Options {
      if (seats < 1 || seats % 2 == 0) {
        throw new IllegalArgumentException("seats: " + seats + " (expected: 1, 3 or 5)");
      }
      directory = directory.toAbsolutePath().normalize();
    }

    MembersMemory members() {
      return new MembersMemory(memory, codec);
    }
  }

  private ClusterCoordination(
      Options options, MembersMemory.Memory remembered, CoordinationPeer.Listener listener)
      throws IOException {
    PeerConfiguration.applyProcessWideSettings();
    Endpoints endpoints = new Endpoints(ClusterTurns.inOrder(options.node(), remembered.servers()));
    this.paths = new Paths(options.cluster());
    this.peer = new LocalPeer(options, listener);
    this.coordinator =
        new ZooKeeperCoordinator(
            paths,
            options.codec(),
            CompletableFuture.completedFuture(new Ensemble(endpoints, Optional.of(options.tls()))));
    this.store = coordinator.store();
    this.seats = new SeatCount(coordinator, options.seats());
    this.membership = new MembershipStore(coordinator, store, paths, options.codec());
    try {
      if (remembered.self().isPresent()) {
        peer.start(remembered.self().get());
      }
    } catch (IOException e) {
      coordinator.close();
      throw e;
    }
    this.turns = new ClusterTurns(options, coordinator, endpoints, membership, peer, seats);
  }

  /** Whether this machine is part of a cluster already: then {@link #resume} it. */
  public static boolean isMember(Options options) throws IOException {
    return options.members().read().isPresent();
  }

  /**
   * Makes this server the first of a cluster, with the state that it has standing alone.
   *
   * @param self id 1, and where it listens
   * @throws IOException if it is part of a cluster already, or the disk does not let it
   */
  public static ClusterCoordination found(
      Options options, Member self, CoordinationPeer.Listener listener) throws IOException {
    requireNew(options);
    options
        .members()
        .write(new MembersMemory.Memory(Optional.of(self), 0, List.of(self.id()), List.of(self)));
    return resume(options, listener);
  }

  /**
   * Makes this machine one more of a cluster.
   *
   * @param place the place that it was given, if one was free
   * @param voters the servers that vote now
   * @throws IOException if it is part of a cluster already, or the disk does not let it
   */
  public static ClusterCoordination join(
      Options options,
      Optional<Member> place,
      List<Member> voters,
      CoordinationPeer.Listener listener)
      throws IOException {
    requireNew(options);
    options
        .members()
        .write(
            new MembersMemory.Memory(
                place, 0, voters.stream().map(Member::id).sorted().toList(), voters));
    return resume(options, listener);
  }

  /**
   * Goes on as what this machine was when it ended.
   *
   * @throws IOException if it is not part of a cluster, or if what it finds on its disk is older
   *     than what it remembers: then it would split the cluster
   */
  public static ClusterCoordination resume(Options options, CoordinationPeer.Listener listener)
      throws IOException {
    MembersMemory.Memory remembered =
        options
            .members()
            .read()
            .orElseThrow(() -> new IOException("this machine is not part of a cluster"));
    return new ClusterCoordination(options, remembered, listener);
  }

  /**
   * Disaster recovery: makes this server believe that it is the only member, with the state that it
   * has. To be used only if the majority is lost for good; those servers must never be started
   * again with their old state. Then {@link #resume}. No effect on one that is the only member.
   *
   * @throws IOException if this machine carries no state, or another member answers: then it is not
   *     lost
   */
  public static void forceSingle(Options options) throws IOException {
    MembersMemory memory = options.members();
    MembersMemory.Memory remembered =
        memory
            .read()
            .orElseThrow(() -> new IOException("--force-single: no cluster to go on with here"));
    Member self =
        remembered
            .self()
            .orElseThrow(() ->
                new IOException("--force-single: this machine does not carry the coordination"));
    if (remembered.voters().equals(List.of(self.id()))) {
      return;
    }
    if (!QuorumConfiguration.exists(options.directory())) {
      throw new IOException("--force-single: no state in " + options.directory());
    }
    for (Member other : remembered.servers()) {
      if (other.id() != self.id() && answers(clients(other))) {
        throw new IOException(
            "--force-single: "
                + other.node()
                + " answers at "
                + clients(other)
                + ": two halves would go on apart (expected: all others lost for good; start"
                + " without it)");
      }
    }
    QuorumConfiguration.forceSingle(options.directory(), self);
    memory.write(new MembersMemory.Memory(Optional.of(self), 0, List.of(self.id()), List.of(self)));
  }

  /** The shared state. */
  public ZooKeeperCoordinator coordinator() {
    return coordinator;
  }

  /** Small things that the cluster keeps. */
  public ClusterStore store() {
    return store;
  }

  /** The place of this node among the servers that carry the coordination, if it has one. */
  public Optional<Member> self() {
    return peer.self();
  }

  /**
   * Who votes now: what a machine that joins must know.
   *
   * @throws IOException if the coordinator cannot be reached
   */
  public List<Member> voters() throws IOException {
    return membership.voters();
  }

  /**
   * Gives a machine that joins a place among the servers, if one is free; tells the same again when
   * asked again.
   *
   * @param host where others reach it
   * @param coordinationPort the first of the three at which it would listen
   * @throws IOException if the coordinator cannot be reached
   */
  public Optional<Member> place(NodeName node, String host, int coordinationPort)
      throws IOException {
    return membership.place(node, host, Optional.of(portsFrom(coordinationPort)), seats.now());
  }

  /** As {@link #place(NodeName, String, int)}, at the ports that the first server has. */
  public Optional<Member> place(NodeName node, String host) throws IOException {
    return membership.place(node, host, Optional.empty(), seats.now());
  }

  /**
   * The founder of a cluster, as a member.
   *
   * @param coordinationPort the first of the three at which it listens
   */
  public static Member founder(NodeName node, String host, int coordinationPort) {
    Membership.Ports ports = portsFrom(coordinationPort);
    return new Member(1, node, host, ports.client(), ports.quorum(), ports.election());
  }

  /** An operator asks for that many servers that carry the state: 3 or 5. It never shrinks. */
  public void askForSeats(int count) {
    seats.ask(count);
  }

  /** Who has a place among the servers, as this node heard it last; empty before that. */
  public List<Member> members() {
    return membership.known().map(Membership::members).orElse(List.of());
  }

  /** Ends the session and the server of this process; others take over at once. */
  @Override
  public void close() {
    turns.close();
    coordinator.close();
    peer.close();
  }

  /** For tests: whether the server of this process leads the others. */
  boolean leads() {
    return peer.server().map(QuorumServer::leads).orElse(false);
  }

  private static boolean answers(Address server) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(server.host(), server.port()), PROBE_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  static Address clients(Member member) {
    return new Address(member.host(), member.clientPort());
  }

  private static Membership.Ports portsFrom(int first) {
    return new Membership.Ports(first, first + 1, first + 2);
  }

  private static void requireNew(Options options) throws IOException {
    if (isMember(options)) {
      throw new IOException("this machine is part of a cluster already");
    }
  }
}

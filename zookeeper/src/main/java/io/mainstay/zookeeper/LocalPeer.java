package io.mainstay.zookeeper;

import io.mainstay.ports.ClusterControl.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The server of this process, while this node has a place among those that carry the state. */
final class LocalPeer implements AutoCloseable {
  private static final DateTimeFormatter SUFFIX =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

  private final Path directory;
  private final PeerTls tls;
  private final MembersMemory memory;
  private final CoordinationPeer.Listener listener;
  private @Nullable Member self;
  private @Nullable QuorumKind kind;
  private @Nullable CoordinationPeer peer;

  LocalPeer(ClusterCoordination.Options options, CoordinationPeer.Listener listener) {
    this.directory = options.directory();
    this.tls = options.tls();
    this.memory = options.members();
    this.listener = listener;
  }

  /**
   * Starts it as what it was, or, with an empty folder and a memory of nothing but how to begin, as
   * founder or joiner.
   *
   * @throws IOException if its folder was lost or is older than what is remembered
   */
  synchronized void start(Member place) throws IOException {
    MembersMemory.Memory remembered =
        memory.read().orElseThrow(() -> new IOException("no memory of the members"));
    if (!QuorumConfiguration.exists(directory)) {
      create(place, remembered);
    }
    QuorumKind made = new QuorumKind(place, tls, memory);
    made.requireNothingForgotten(directory);
    self = place;
    kind = made;
    peer = new CoordinationPeer(directory, made, listener);
  }

  private void create(Member place, MembersMemory.Memory remembered) throws IOException {
    if (remembered.version() > 0) {
      throw new IOException(
          ("this server remembers the cluster of servers %s, but its state in %s is gone: with an"
                  + " empty one it would forget what it has voted for (expected: remove the node,"
                  + " and join again as a new one)")
              .formatted(remembered.voters(), directory));
    }
    List<Member> voters =
        remembered.servers().stream()
            .filter(server -> remembered.voters().contains(server.id()))
            .toList();
    if (remembered.voters().equals(List.of(place.id()))) {
      QuorumConfiguration.found(directory, place);
    } else {
      QuorumConfiguration.join(directory, place, voters);
    }
  }

  /** Becomes one of the servers, later than at the start: another one is replaced. */
  synchronized void join(Member place, List<Member> voters) throws IOException {
    memory.write(
        new MembersMemory.Memory(
            Optional.of(place), 0, voters.stream().map(Member::id).sorted().toList(), voters));
    setAside();
    start(place);
  }

  /** Has lost its place: ends the server; its state is kept under another name. */
  synchronized void leave() throws IOException {
    stop();
    memory.forgetSelf();
    setAside();
  }

  synchronized Optional<Member> self() {
    return Optional.ofNullable(self);
  }

  synchronized Optional<QuorumServer> server() {
    return Optional.ofNullable(kind).flatMap(QuorumKind::server);
  }

  @Override
  public synchronized void close() {
    stop();
  }

  private void stop() {
    CoordinationPeer running = peer;
    peer = null;
    kind = null;
    self = null;
    if (running != null) {
      running.close();
    }
  }

  private void setAside() throws IOException {
    if (Files.exists(directory)) {
      Files.move(
          directory,
          directory.resolveSibling(
              directory.getFileName() + ".left-" + SUFFIX.format(Instant.now())));
    }
  }
}

package io.mainstay.zookeeper;

import io.mainstay.model.Address;
import io.mainstay.ports.ClusterControl.Member;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig;
import org.apache.zookeeper.server.quorum.flexible.QuorumVerifier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server of this process as one of several. One thread, that of the peer. */
final class QuorumKind implements PeerKind {
  private static final Logger LOG = LoggerFactory.getLogger(QuorumKind.class);

  private final Member self;
  private final PeerTls tls;
  private final MembersMemory memory;
  private volatile @Nullable QuorumServer running;
  private long seen;

  /** For a folder that has its configuration already. */
  QuorumKind(Member self, PeerTls tls, MembersMemory memory) {
    this.self = self;
    this.tls = tls;
    this.memory = memory;
  }

  /**
   * Refuses a folder that is older than what is remembered.
   *
   * @throws IOException if it is, or cannot be read
   */
  void requireNothingForgotten(Path directory) throws IOException {
    QuorumVerifier members = QuorumConfiguration.load(directory).getQuorumVerifier();
    memory.requireNothingForgotten(members.getVersion(), voters(members));
  }

  @Override
  public PeerServer start(Path directory, Runnable died, boolean first) throws IOException {
    requireNothingForgotten(directory);
    QuorumPeerConfig config = QuorumConfiguration.load(directory);
    QuorumServer started =
        QuorumServer.start(config, tls, new Address(self.host(), self.clientPort()).toString());
    running = started;
    return started;
  }

  @Override
  public boolean mayBeginAnew() {
    return false;
  }

  @Override
  public void tick() {
    QuorumServer server = running;
    if (server != null && server.serves()) {
      QuorumVerifier members = server.members();
      if (members.getVersion() == seen) {
        return;
      }
      try {
        memory.saw(members.getVersion(), voters(members));
        seen = members.getVersion();
      } catch (IOException e) {
        LOG.warn("cannot remember the members", e);
      }
    }
  }

  /** ZooKeeper tells nobody of a change; what is remembered must not lag behind it for long. */
  @Override
  public Duration tickEvery() {
    return Duration.ofMillis(100);
  }

  /** The server that runs now; any thread. */
  Optional<QuorumServer> server() {
    return Optional.ofNullable(running);
  }

  /** Ids of who votes. */
  static SortedSet<Integer> voters(QuorumVerifier members) {
    SortedSet<Integer> ids = new TreeSet<>();
    members.getVotingMembers().keySet().forEach(id -> ids.add(Math.toIntExact(id)));
    return ids;
  }
}

package io.mainstay.zookeeper;

import io.mainstay.identity.ClusterAuthority;
import io.mainstay.identity.Issuance;
import io.mainstay.identity.NodeIdentity;
import io.mainstay.identity.NodeKey;
import io.mainstay.model.NodeName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;

/** The cluster of the tests in one process: ZooKeeper reads such files once a process. */
final class TestIdentity {
  private static final ClusterAuthority AUTHORITY =
      ClusterAuthority.create(UUID.randomUUID(), Instant.now());
  private static final PeerTls NODE = make();

  private TestIdentity() {}

  static PeerTls node() {
    return NODE;
  }

  /** Replaces the files of {@link #node()} as a renewal does. */
  static NodeIdentity renew() throws IOException {
    Path folder = NODE.keyFile().getParent();
    node(AUTHORITY, folder, "north", "127.0.0.1");
    return NodeIdentity.load(folder).orElseThrow();
  }

  /** A node of another cluster. */
  static PeerTls rogue(Path folder) throws IOException {
    ClusterAuthority other = ClusterAuthority.create(UUID.randomUUID(), Instant.now());
    PeerTls rogue = node(other, folder, "rogue", "127.0.0.1");
    // It trusts the real cluster; only its own certificate is of another one.
    Files.copy(
        NODE.trustFile(), rogue.trustFile(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    return rogue;
  }

  static PeerTls node(ClusterAuthority authority, Path folder, String name, String host)
      throws IOException {
    NodeKey key = NodeKey.generate(new NodeName(name));
    Issuance issued = authority.issue(key.request(), new NodeName(name), host, Instant.now());
    key.accept(((Issuance.Issued) issued).certificate(), authority.certificatePem()).save(folder);
    return new PeerTls(
        NodeIdentity.keyFile(folder),
        NodeIdentity.trustFile(folder),
        NodeIdentity.PASSWORD,
        "CN=" + name);
  }

  private static PeerTls make() {
    try {
      Path folder = Files.createTempDirectory("identity");
      folder.toFile().deleteOnExit();
      return node(AUTHORITY, folder, "north", "127.0.0.1");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}

package io.mainstay.server.cluster;

import io.mainstay.identity.JoinToken;
import io.mainstay.identity.StoredToken;
import io.mainstay.ports.ModelCodec;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The join tokens of the cluster, as hashes, in the coordinator: one is good on every server,
 * whichever made it. Any thread; waits for the coordinator.
 */
final class ClusterTokens {
  private static final String PREFIX = "token-";
  private static final int MOST = 100;
  private final Things things;
  private final ModelCodec codec;

  /** Kept there. */
  ClusterTokens(Things things, ModelCodec codec) {
    this.things = things;
    this.codec = codec;
  }

  /** Keeps one more; those that ended go, and the one that ends first if there are too many. */
  void add(StoredToken token, Instant now) throws IOException {
    List<StoredToken> others = new ArrayList<>();
    for (String name : things.names()) {
      if (name.startsWith(PREFIX)) {
        find(name.substring(PREFIX.length())).ifPresent(others::add);
      }
    }
    others.sort(Comparator.comparing(StoredToken::expiry));
    int left = others.size();
    for (StoredToken other : others) {
      if (!now.isBefore(other.expiry()) || left >= MOST) {
        things.remove(PREFIX + other.id());
        left--;
      }
    }
    things.put(PREFIX + token.id(), codec.write(token));
  }

  /**
   * Why a token does not open the cluster; empty if it does.
   *
   * @throws IOException if the coordinator cannot be asked now
   */
  Optional<String> refusal(JoinToken token, String clusterId, Instant now) throws IOException {
    if (!token.clusterId().equals(clusterId)) {
      return Optional.of(
          "token: of cluster "
              + token.clusterId()
              + " (expected: one of this cluster, "
              + clusterId
              + ")");
    }
    if (!now.isBefore(token.expiry())) {
      return Optional.of(
          "token: expired at "
              + token.expiry()
              + " (expected: a fresh one; run \"mainstay token\" on a server)");
    }
    Optional<StoredToken> kept = find(token.id());
    return kept.isEmpty()
        ? Optional.of(
            "token: not known to this cluster (expected: one that \"mainstay token\" printed)")
        : kept.get().refusal(token, now);
  }

  private Optional<StoredToken> find(String id) throws IOException {
    Optional<byte[]> bytes = things.get(PREFIX + id);
    try {
      return bytes.map(value -> codec.read(value, StoredToken.class));
    } catch (IllegalArgumentException e) {
      // Of a version that wrote it otherwise: as good as none.
      return Optional.empty();
    }
  }
}

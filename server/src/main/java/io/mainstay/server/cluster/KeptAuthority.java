package io.mainstay.server.cluster;

import io.mainstay.identity.ClusterAuthority;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/** The key of the cluster's authority on this server, as soon as it has it. Any thread. */
public final class KeptAuthority {
  private final Path folder;
  private volatile Optional<ClusterAuthority> current;

  private KeptAuthority(Path folder, Optional<ClusterAuthority> current) {
    this.folder = folder;
    this.current = current;
  }

  /**
   * Finds what a folder holds.
   *
   * @throws IOException if it cannot be read
   */
  static KeptAuthority in(Path folder) throws IOException {
    return new KeptAuthority(folder, ClusterAuthority.load(folder));
  }

  /** The authority, if this server may let others in. */
  public Optional<ClusterAuthority> current() {
    return current;
  }

  /**
   * Takes it from another server of the cluster.
   *
   * @param key as {@link #exported} wrote it
   * @throws IOException if it is none, or the disk does not take it
   */
  void accept(String key) throws IOException {
    ClusterAuthority accepted = decode(key);
    accepted.save(folder);
    current = Optional.of(accepted);
  }

  /** For another server that carries the coordination: as secret as the key. */
  static String exported(ClusterAuthority authority) {
    return Base64.getEncoder().encodeToString(authority.toBytes());
  }

  private static ClusterAuthority decode(String key) throws IOException {
    try {
      return ClusterAuthority.fromBytes(Base64.getDecoder().decode(key));
    } catch (IllegalArgumentException e) {
      throw new IOException("the key of the authority: " + e.getMessage(), e);
    }
  }
}

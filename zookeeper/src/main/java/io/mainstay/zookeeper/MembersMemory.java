package io.mainstay.zookeeper;

import io.mainstay.ports.ClusterControl.Member;
import io.mainstay.ports.ModelCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/**
 * What a node remembers of its cluster beside the configuration that ZooKeeper keeps: a server that
 * was put back to an old configuration would otherwise lead itself and split the brain. Any thread.
 */
final class MembersMemory {
  private final Path file;
  private final ModelCodec codec;

  /** In that file. */
  MembersMemory(Path file, ModelCodec codec) {
    this.file = file;
    this.codec = codec;
  }

  /**
   * What is remembered.
   *
   * @param self the place that this node has; empty: it only is a client
   * @param version of the newest configuration seen; 0: none yet
   * @param voters who voted then, sorted
   * @param servers every server known, for clients and to come back to
   */
  record Memory(Optional<Member> self, long version, List<Integer> voters, List<Member> servers) {
    Memory {
      voters = List.copyOf(voters);
      servers = List.copyOf(servers);
    }
  }

  synchronized Optional<Memory> read() throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(codec.read(Files.readAllBytes(file), Memory.class));
    } catch (IllegalArgumentException e) {
      throw new IOException("unreadable " + file + ": " + e.getMessage(), e);
    }
  }

  /** Keeps it; on the disk when this returns. */
  synchronized void write(Memory memory) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(codec.write(memory));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Takes in a configuration that a server of this process has, if it is news. */
  synchronized void saw(long version, SortedSet<Integer> voters) throws IOException {
    Optional<Memory> known = read();
    if (known.isPresent() && version > known.get().version()) {
      Memory old = known.get();
      write(new Memory(old.self(), version, List.copyOf(voters), old.servers()));
    }
  }

  /** Takes in the servers that the coordinator lists, if they are news. */
  synchronized void saw(Optional<Member> self, List<Member> servers) throws IOException {
    Optional<Memory> known = read();
    if (known.isPresent()
        && !(known.get().servers().equals(servers) && known.get().self().equals(self))) {
      Memory old = known.get();
      write(new Memory(self, old.version(), old.voters(), servers));
    }
  }

  /** Is only a client from now on. */
  synchronized void forgetSelf() throws IOException {
    Optional<Memory> known = read();
    if (known.isPresent()) {
      write(new Memory(Optional.empty(), 0, List.of(), known.get().servers()));
    }
  }

  /**
   * Refuses a configuration that is older than what is remembered.
   *
   * @throws IOException if it is, with what to do
   */
  void requireNothingForgotten(long version, SortedSet<Integer> voters) throws IOException {
    Optional<Memory> known = read();
    if (known.isEmpty() || version > known.get().version()) {
      return;
    }
    Memory memory = known.get();
    if (version < memory.version() || voters.size() < memory.voters().size()) {
      throw new IOException(
          ("this server remembers the cluster of servers %s (configuration 0x%x) and was given the"
                  + " older one of servers %s (0x%x): alone it would split the cluster. Remove its"
                  + " coordination folder and join again, or, if the other servers are lost for"
                  + " good, start it with --force-single")
              .formatted(memory.voters(), memory.version(), voters, version));
    }
  }
}

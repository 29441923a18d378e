package io.mainstay.server.cluster;

import io.mainstay.identity.JoinToken;
import io.mainstay.identity.StoredToken;
import io.mainstay.ports.ModelCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The join tokens that this server made and that have not expired, as hashes, over restarts. A
 * token is good where it was made: the command that is printed with it names that server. Any
 * thread.
 */
final class StoredTokens {
  private static final int MOST = 100;
  private final Path file;
  private final ModelCodec codec;
  private List<StoredToken> tokens;

  /** What is in the file. */
  private record Content(List<StoredToken> tokens) {}

  /**
   * Reads what is kept in a folder.
   *
   * @throws IOException if it cannot be read
   */
  StoredTokens(Path folder, ModelCodec codec) throws IOException {
    this.file = folder.resolve("tokens.json");
    this.codec = codec;
    this.tokens =
        Files.exists(file)
            ? codec.read(Files.readAllBytes(file), Content.class).tokens()
            : List.of();
  }

  /** Keeps one more; the oldest goes if there are too many. */
  synchronized void add(StoredToken token, Instant now) throws IOException {
    List<StoredToken> next = new ArrayList<>();
    tokens.stream().filter(one -> now.isBefore(one.expiry())).forEach(next::add);
    next.add(token);
    while (next.size() > MOST) {
      next.removeFirst();
    }
    write(codec.write(new Content(next)));
    tokens = List.copyOf(next);
  }

  /** Why a token does not open the cluster; empty if it does. */
  synchronized Optional<String> refusal(JoinToken token, Instant now) {
    Optional<String> refusal =
        Optional.of(
            "token: not known to this server (expected: one that \"mainstay token\" printed"
                + " there)");
    for (StoredToken one : tokens) {
      if (one.id().equals(token.id())) {
        refusal = one.refusal(token, now);
      }
    }
    return refusal;
  }

  private void write(byte[] bytes) throws IOException {
    Path aside = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(aside);
    try (FileChannel channel =
        FileChannel.open(
            aside,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        channel.write(left);
      }
      channel.force(true);
    }
    Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}

package io.mainstay.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoordinationPeerTest {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private final RecordingPeerListener listener = new RecordingPeerListener();
  @TempDir Path folder;

  @Test
  void keepsItsStateAndItsPortOverARestart() throws Exception {
    String before;
    try (CoordinationPeer peer = start()) {
      before = address(peer);
      store(before, "/kept", 1);
    }
    try (CoordinationPeer peer = start()) {
      assertThat(address(peer)).isEqualTo(before);
      assertThat(names(address(peer))).contains("kept");
    }
    assertThat(listener.told).containsExactly("started", "started");
  }

  @Test
  void rebuildsAServerThatDiedAndKeepsItsState() throws Exception {
    try (CoordinationPeer peer = start()) {
      String address = address(peer);
      store(address, "/kept", 1);
      peer.kill();
      assertThat(Waiting.until(() -> listener.told.contains("restored"), LIMIT)).isTrue();
      assertThat(names(address)).contains("kept");
      assertThat(listener.told).hasSize(3);
      assertThat(listener.told.get(1)).startsWith("lost: ").contains("died");
    }
  }

  @Test
  void savesWhatItCanOfADamagedLogAndKeepsTheFolder() throws Exception {
    try (CoordinationPeer peer = start()) {
      store(address(peer), "/kept-", 200);
    }
    damageInTheMiddle(newestLog());
    try (CoordinationPeer peer = start()) {
      List<String> names = names(address(peer));
      assertThat(names).contains("kept-0").doesNotContain("kept-199");
      assertThat(listener.kept).singleElement().satisfies(kept -> assertThat(kept).isDirectory());
      assertThat(listener.told.get(1)).startsWith("damaged: saved ").contains("up to the damage");
    }
  }

  @Test
  void startsEmptyAndSaysSoIfNothingCanBeSaved() throws Exception {
    Path state = Files.createDirectories(folder.resolve("zookeeper/version-2"));
    Files.writeString(state.resolve("log.5"), "this is no log");
    Files.writeString(state.resolve("snapshot.4"), "this is no snapshot");
    try (CoordinationPeer peer = start()) {
      assertThat(names(address(peer))).containsExactly("zookeeper");
      assertThat(listener.told.getFirst()).startsWith("damaged: nothing could be saved");
      assertThat(listener.kept.getFirst().resolve("version-2/log.5")).exists();
    }
  }

  @Test
  void keepsFewSnapshotsHoweverOftenItStarts() throws Exception {
    for (int start = 0; start < 8; start++) {
      try (CoordinationPeer peer = start()) {
        store(address(peer), "/kept-" + start, 1);
      }
    }
    try (CoordinationPeer peer = start()) {
      assertThat(names(address(peer))).hasSize(9);
      assertThat(Waiting.until(() -> files().size() <= 8, LIMIT)).as("%s", files()).isTrue();
    }
  }

  @Test
  void isRefusedTheFolderOfAnotherServer() throws Exception {
    try (CoordinationPeer first = start()) {
      address(first);
      RecordingPeerListener second = new RecordingPeerListener();
      try (CoordinationPeer twin = new CoordinationPeer(folder.resolve("zookeeper"), second)) {
        assertThat(Waiting.until(() -> !second.told.isEmpty(), LIMIT)).isTrue();
        assertThat(second.told.getFirst()).startsWith("lost: ").contains("another server uses");
        assertThat(twin.address().toCompletableFuture()).isNotDone();
      }
    }
  }

  @Test
  void endsSessionsOfAnEarlierProcessAtOnce() throws Exception {
    String address;
    try (CoordinationPeer peer = start()) {
      address = address(peer);
      ZooKeeper client = new ZooKeeper(address, 60_000, event -> {});
      client.create("/leader", new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
    }
    try (CoordinationPeer peer = start()) {
      assertThat(address(peer)).isEqualTo(address);
      assertThat(
              Waiting.until(
                  () -> {
                    try {
                      return !names(address).contains("leader");
                    } catch (Exception e) {
                      return false;
                    }
                  },
                  LIMIT))
          .isTrue();
    }
  }

  private CoordinationPeer start() {
    return new CoordinationPeer(folder.resolve("zookeeper"), listener);
  }

  private static String address(CoordinationPeer peer) throws Exception {
    return peer.address().toCompletableFuture().get(15, TimeUnit.SECONDS);
  }

  private static void store(String address, String prefix, int count) throws Exception {
    ZooKeeper client = new ZooKeeper(address, 4_000, event -> {});
    try {
      for (int i = 0; i < count; i++) {
        String path = count == 1 ? prefix : prefix + i;
        retried(() ->
            client.create(path, new byte[100], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT));
      }
    } finally {
      client.close();
    }
  }

  private static List<String> names(String address) throws Exception {
    ZooKeeper client = new ZooKeeper(address, 4_000, event -> {});
    try {
      return retried(() -> client.getChildren("/", false));
    } finally {
      client.close();
    }
  }

  private interface Call<T> {
    T run() throws KeeperException, InterruptedException;
  }

  private static <T> T retried(Call<T> call) throws Exception {
    for (int tries = 0; ; tries++) {
      try {
        return call.run();
      } catch (KeeperException.ConnectionLossException e) {
        if (tries == 10) {
          throw e;
        }
      }
    }
  }

  private List<Path> files() {
    try (Stream<Path> files = Files.list(folder.resolve("zookeeper/version-2"))) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path newestLog() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("zookeeper/version-2"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("log."))
          .max(Path::compareTo)
          .orElseThrow();
    }
  }

  private static void damageInTheMiddle(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int written = bytes.length;
    while (bytes[written - 1] == 0) {
      written--;
    }
    for (int i = written / 2; i < written / 2 + 40; i++) {
      bytes[i] ^= 0x55;
    }
    Files.write(file, bytes);
  }
}

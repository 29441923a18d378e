package io.mainstay.zookeeper;

import io.mainstay.model.Address;
import io.mainstay.ports.ClusterControl.Member;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig.ConfigException;

/**
 * The configuration of a server that is one of several. Written once; from then on ZooKeeper itself
 * rewrites it when members change. Writing it anew would split the brain: a founder that believes
 * to be alone leads itself.
 */
final class QuorumConfiguration {
  private static final String FILE = "zoo.cfg";
  private static final String DYNAMIC = "zoo.cfg.dynamic";
  private static final String ID = "myid";
  private static final String POINTER = "dynamicConfigFile";

  private QuorumConfiguration() {}

  /** Whether the folder is that of a server of a cluster. */
  static boolean exists(Path directory) throws IOException {
    return !read(directory.resolve(FILE)).getProperty(POINTER, "").isEmpty();
  }

  /**
   * The first server of a cluster, with the state that a server standing alone may have left.
   *
   * @throws IOException if there is a configuration already, or the disk does not let it
   */
  static void found(Path directory, Member self) throws IOException {
    create(directory, self, line(self) + "\n");
  }

  /**
   * A server that joins: it asks the others for the state, and its vote does not count before they
   * let it. It names itself as one that votes, since only such a one is taken for being in step
   * when votes are given; no majority of what it names is without a majority of the others.
   *
   * @param voters who vote now
   * @throws IOException if there is a configuration already, or the disk does not let it
   */
  static void join(Path directory, Member self, List<Member> voters) throws IOException {
    String others =
        voters.stream()
            .filter(voter -> voter.id() != self.id())
            .map(voter -> line(voter) + "\n")
            .collect(Collectors.joining());
    if (others.isEmpty()) {
      throw new IOException("nobody to join (expected: at least one server that votes)");
    }
    create(directory, self, others + line(self) + "\n");
  }

  /**
   * Disaster recovery: believes from now on to be the only member. The others must never return.
   */
  static void forceSingle(Path directory, Member self) throws IOException {
    for (Path file : dynamicFiles(directory)) {
      Files.delete(file);
    }
    write(directory, self, line(self) + "\n");
  }

  /**
   * Reads it.
   *
   * @throws IOException if it cannot be read, or is not usable
   */
  static QuorumPeerConfig load(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    try {
      QuorumPeerConfig parsed = new QuorumPeerConfig();
      parsed.parse(file.toString());
      return parsed;
    } catch (ConfigException e) {
      throw new IOException("unusable " + file + ": " + e.getMessage(), e);
    }
  }

  /** How a member that votes stands in the configuration. */
  static String line(Member member) {
    String host = member.host().indexOf(':') < 0 ? member.host() : "[" + member.host() + "]";
    return "server.%d=%s:%d:%d:participant"
        .formatted(member.id(), host, member.quorumPort(), member.electionPort());
  }

  /** As a connect string. */
  static String hostPort(String host, int port) {
    return new Address(host, port).toString();
  }

  private static void create(Path directory, Member self, String servers) throws IOException {
    if (exists(directory)) {
      throw new IOException(directory + " belongs to a server of a cluster already");
    }
    write(directory, self, servers);
  }

  /** The main file last: without it the others have no effect. */
  private static void write(Path directory, Member self, String servers) throws IOException {
    Files.createDirectories(directory);
    replace(directory.resolve(ID), self.id() + "\n");
    replace(directory.resolve(DYNAMIC), servers);
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("dataDir", directory.toString());
    keys.put("secureClientPort", Integer.toString(self.clientPort()));
    keys.put("secureClientPortAddress", self.host());
    keys.put("tickTime", Integer.toString(PeerConfiguration.TICK_MILLIS));
    keys.put("initLimit", "50");
    // A second: half the time until a leader is missed whose cable is cut. Who is late for it only
    // costs an election, in which nothing that works is touched.
    keys.put("syncLimit", "5");
    keys.put("minSessionTimeout", "1000");
    keys.put("maxSessionTimeout", "60000");
    keys.put("maxClientCnxns", "0");
    keys.put("maxCnxns", "0");
    keys.put("admin.enableServer", "false");
    keys.put("standaloneEnabled", "false");
    keys.put("reconfigEnabled", "true");
    keys.put("sslQuorum", "true");
    keys.put("sslQuorumReloadCertFiles", "true");
    keys.put(POINTER, directory.resolve(DYNAMIC).toString());
    replace(directory.resolve(FILE), PeerConfiguration.text(keys));
  }

  private static List<Path> dynamicFiles(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.filter(file -> file.getFileName().toString().startsWith(DYNAMIC)).toList();
    }
  }

  private static Properties read(Path file) throws IOException {
    Properties keys = new Properties();
    if (Files.exists(file)) {
      try (var reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
        keys.load(reader);
      } catch (IllegalArgumentException e) {
        throw new IOException("unusable " + file + ": " + e.getMessage(), e);
      }
    }
    return keys;
  }

  private static void replace(Path file, String text) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(fresh, text);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}

package io.mainstay.zookeeper;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.zookeeper.server.ServerConfig;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig;
import org.apache.zookeeper.util.ServiceUtils;

/**
 * The configuration file of the peer, stable over restarts: a peer whose configuration is made anew
 * at each start can split the brain of a cluster once it is part of one.
 */
final class PeerConfiguration {
  static final int TICK_MILLIS = 200;

  /** A server alone has nobody to be missed by: its own session may end a second late. */
  private static final int TICK_MILLIS_ALONE = 1_000;

  private static final String LOOPBACK = "127.0.0.1";
  private static final String FILE = "zoo.cfg";

  private PeerConfiguration() {}

  /**
   * Settings that ZooKeeper reads from system properties, some of them when a class is loaded: to
   * be called before any other class of it is touched.
   */
  static void applyProcessWideSettings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("zookeeper.preAllocSize", "256"); // KiB; the default of 64 MiB is mostly air
    settings.put("zookeeper.snapCount", "10000");
    settings.put("zookeeper.admin.enableServer", "false");
    settings.put("zookeeper.sasl.client", "false");
    settings.put("zookeeper.nio.numSelectorThreads", "1");
    settings.put("zookeeper.nio.numWorkerThreads", "0");
    settings.put("zookeeper.4lw.commands.whitelist", "srvr,mntr");
    // Closing a connection of TLS waits for an answer of the dead, and the election for that.
    settings.put("zookeeper.learner.closeSocketAsync", "true");
    settings.put("zookeeper.leader.closeSocketAsync", "true");
    settings.forEach((key, value) -> {
      if (System.getProperty(key) == null) {
        System.setProperty(key, value);
      }
    });
    // The default would end the whole server when a peer cannot write a snapshot.
    ServiceUtils.setSystemExitProcedure(ServiceUtils.LOG_ONLY);
  }

  /**
   * Reads the file of the folder; writes it first if there is none or if its port is taken.
   *
   * @throws IOException if it can be neither read nor written
   */
  static ServerConfig load(Path directory) throws IOException {
    Files.createDirectories(directory);
    Path file = directory.resolve(FILE);
    int port = Files.exists(file) ? portOf(file) : 0;
    if (port == 0 || !isFree(port)) {
      write(directory, file, freePort());
    }
    QuorumPeerConfig.setStandaloneEnabled(true);
    TlsSettings.forgetFactory();
    try {
      QuorumPeerConfig parsed = new QuorumPeerConfig();
      parsed.parse(file.toString());
      ServerConfig config = new ServerConfig();
      config.readFrom(parsed);
      return config;
    } catch (QuorumPeerConfig.ConfigException e) {
      throw new IOException("unusable " + file + ": " + e.getMessage(), e);
    }
  }

  private static void write(Path directory, Path file, int port) throws IOException {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("dataDir", directory.toString());
    keys.put("clientPort", Integer.toString(port));
    keys.put("clientPortAddress", LOOPBACK);
    keys.put("tickTime", Integer.toString(TICK_MILLIS_ALONE));
    keys.put("initLimit", "50");
    keys.put("syncLimit", "10");
    keys.put("minSessionTimeout", "1000");
    keys.put("maxSessionTimeout", "60000");
    keys.put("maxClientCnxns", "0");
    keys.put("maxCnxns", "0");
    keys.put("admin.enableServer", "false");
    Path fresh = file.resolveSibling(FILE + ".new");
    Files.writeString(fresh, text(keys));
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** As a properties file. */
  static String text(Map<String, String> keys) {
    return keys.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue().replace("\\", "\\\\") + "\n")
        .collect(Collectors.joining());
  }

  /** The port that the file names; 0 if it cannot be used as it stands. */
  private static int portOf(Path file) throws IOException {
    Properties keys = new Properties();
    try (var reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      keys.load(reader);
      boolean ours = String.valueOf(file.getParent()).equals(keys.getProperty("dataDir"));
      return ours ? Integer.parseInt(keys.getProperty("clientPort", "0")) : 0;
    } catch (IllegalArgumentException e) {
      return 0;
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.ofLiteral(LOOPBACK), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.ofLiteral(LOOPBACK))) {
      return probe.getLocalPort();
    }
  }
}

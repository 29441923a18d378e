package io.mainstay.server;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What nearly every start does, done once after a build, so that the JVM can write down what it
 * loaded, linked and found to be hot (JEP 483, 514, 515) and later starts begin there: a service
 * with a standby starts, gets requests, loses an instance, gets more, and ends in order. The
 * launcher runs it with {@code -XX:AOTCacheOutput}. Nothing of it is part of a server.
 */
public final class TrainingRun {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final int REQUESTS = 3000;
  private static final Pattern PID = Pattern.compile("\"state\":\"serving\"[^}]*?\"pid\":(\\d+)");

  private final int listener;
  private final int admin;

  private TrainingRun(int listener, int admin) {
    this.listener = listener;
    this.admin = admin;
  }

  /**
   * Runs it, and ends as a server does.
   *
   * @param arguments a folder that may be filled, and the {@code jwebserver} of the JDK
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    int listener;
    int admin;
    try (ServerSocket one = free();
        ServerSocket two = free()) {
      listener = one.getLocalPort();
      admin = two.getLocalPort();
    }
    Path file = folder.resolve("training.yaml");
    Files.writeString(
        file,
        """
        services:
          training:
            run: %s -b 127.0.0.1 -d %s -p ${PORT}
            listen: "127.0.0.1:%d"
            replicas: 2
            standby: 1
            health: /
        """
            .formatted(arguments[1], folder.toAbsolutePath(), listener));
    Thread.ofPlatform()
        .name("training")
        .daemon()
        .start(() -> new TrainingRun(listener, admin).traffic());
    Main.main(
        new String[] {
          "up",
          file.toString(),
          "--data",
          folder.resolve("data").toString(),
          "--admin",
          "127.0.0.1:" + admin,
          "--node",
          "training"
        });
  }

  private static ServerSocket free() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  /** A client of the server in this process; ends the process as Ctrl-C would. */
  private void traffic() {
    try {
      until(listener, "/", null);
      for (int i = 0; i < REQUESTS; i++) {
        get(listener, "/");
      }
      get(admin, "/metrics");
      Matcher pid = PID.matcher(get(admin, "/api/v1/status"));
      if (pid.find()) {
        ProcessHandle.of(Long.parseLong(pid.group(1))).ifPresent(ProcessHandle::destroyForcibly);
      }
      for (int i = 0; i < REQUESTS; i++) {
        get(listener, "/");
      }
      until(admin, "/api/v1/status", Pattern.compile("\"serving\":2,\"starting\":0,\"standby\":1"));
      get(admin, "/api/v1/events");
      get(admin, "/api/v1/explain/training");
    } catch (IOException | InterruptedException e) {
      System.err.println("the training run went wrong: " + e);
    }
    endInOrder();
  }

  private static void endInOrder() {
    try {
      new ProcessBuilder("kill", "-TERM", Long.toString(ProcessHandle.current().pid())).start();
    } catch (IOException e) {
      Runtime.getRuntime().exit(1);
    }
  }

  private void until(int port, String path, @Nullable Pattern expected)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + BOUND.toNanos();
    String seen = "";
    while (System.nanoTime() - end < 0) {
      try {
        seen = get(port, path);
        if (expected == null || expected.matcher(seen).find()) {
          return;
        }
      } catch (IOException e) {
        seen = e.toString();
      }
      Thread.sleep(20);
    }
    throw new IOException(path + " answered " + seen);
  }

  private static String get(int port, String path) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
    try (var body = connection.getInputStream()) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}

package io.mainstay.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Time from {@code up} to the first proxied request, beside the service's own start; then the idle
 * processor time and memory of a server with ten services. Arguments: {@code STARTS IDLE-SECONDS
 * SETTLE-SECONDS}.
 */
public final class Footprint {
  private Footprint() {}

  /** See the class. */
  public static void main(String[] arguments) throws Exception {
    int starts = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
    int idleSeconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 20;
    int settleSeconds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 15;
    System.out.println("# Start, idle processor time and memory");
    System.out.println("machine: " + Machine.describe());
    boolean cache =
        Files.exists(
            MainstayServer.launcher().resolveSibling("server/target/mainstay/mainstay.aot"));
    System.out.println("AOT cache: " + (cache ? "yes" : "no"));
    Table table = new Table("start", "service alone ms", "up to first answer ms", "difference ms");
    List<Double> differences = new ArrayList<>();
    for (int i = 1; i <= starts; i++) {
      double alone = alone();
      double proxied = proxied();
      differences.add(proxied - alone);
      table.row(i, alone, proxied, proxied - alone);
    }
    System.out.print(table);
    System.out.printf("median difference: %.0f ms%n%n", Table.median(differences));
    idle(idleSeconds, settleSeconds);
  }

  private static double alone() throws Exception {
    Path folder = Files.createTempDirectory("mainstay-bench");
    int port = Machine.port(21500);
    long begun = System.nanoTime();
    Process process = Machine.start(folder.resolve("log"), Shop.command(folder), "PORT", "" + port);
    try {
      awaitAnswer(port);
      return (System.nanoTime() - begun) / 1e6;
    } finally {
      Machine.end(List.of(process));
    }
  }

  private static double proxied() throws Exception {
    Path folder = Files.createTempDirectory("mainstay-bench");
    Shop shop = new Shop(folder, Machine.port(8380));
    long begun = System.nanoTime();
    MainstayServer server = MainstayServer.up(folder, shop.yaml(1, 0), "");
    try {
      awaitAnswer(shop.listener());
      return (System.nanoTime() - begun) / 1e6;
    } finally {
      server.close();
    }
  }

  private static void awaitAnswer(int port) throws InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + port + "/small");
    Machine.await("an answer on " + port, Duration.ofSeconds(60), () -> answers(uri));
  }

  private static boolean answers(URI uri) {
    try {
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setReadTimeout(30_000);
      try (InputStream body = connection.getInputStream()) {
        body.readAllBytes();
      }
      return connection.getResponseCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private static void idle(int seconds, int settleSeconds) throws Exception {
    Path folder = Files.createTempDirectory("mainstay-bench");
    StringBuilder yaml = new StringBuilder("services:\n");
    int port = 8400;
    for (int i = 1; i <= 10; i++) {
      port = Machine.port(port + 1);
      yaml.append(Shop.service("shop-" + (char) ('a' + i), folder, 1, 0));
      yaml.append("    listen: \"127.0.0.1:" + port + "\"\n");
    }
    try (MainstayServer server = MainstayServer.up(folder, yaml.toString(), "")) {
      for (int i = 1; i <= 10; i++) {
        server.awaitStrength("shop-" + (char) ('a' + i), 1, 0, Duration.ofSeconds(90));
      }
      Thread.sleep(settleSeconds * 1000L);
      long pid = server.process().pid();
      double before = Machine.ownCpuMicros(pid);
      Thread.sleep(seconds * 1000L);
      double used = Machine.ownCpuMicros(pid) - before;
      System.out.printf(
          "ten services of one instance each, default checks, no traffic, %d s after their start,"
              + " over %d s:%n",
          settleSeconds, seconds);
      System.out.printf(
          "processor: %.2f %% of a core; RSS: %.0f MiB%n",
          used / (seconds * 1e6) * 100, Machine.residentMebibytes(pid));
    }
  }
}

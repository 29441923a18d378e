package io.mainstay.benchmarks;

import io.mainstay.model.Address;
import io.mainstay.probes.load.LoadClient;
import io.mainstay.probes.load.LoadPlan;
import io.mainstay.probes.load.LoadSample;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The clients of {@link Hosts}, a process of its own on one of them: load through each of several
 * gateways until its input ends, then one line for each request into a file. A line {@code RATE} on
 * its input changes the rate. Arguments: the file, requests a second through each gateway, the
 * share of POSTs, a prefix of request ids, the path, and the gateways as {@code HOST:PORT}.
 */
public final class HostClient {
  private static final Duration TIMEOUT = Duration.ofSeconds(40);

  private record Taken(String gateway, LoadSample sample) {}

  private HostClient() {}

  /** See the class. */
  public static void main(String[] arguments) throws Exception {
    ConcurrentLinkedQueue<Taken> taken = new ConcurrentLinkedQueue<>();
    List<LoadClient> clients = new ArrayList<>();
    begin(arguments, Integer.parseInt(arguments[1]), clients, taken);
    StringBuilder word = new StringBuilder();
    for (int read = System.in.read(); read >= 0; read = System.in.read()) {
      if (read != '\n') {
        word.append((char) read);
        continue;
      }
      List<LoadClient> before = List.copyOf(clients);
      begin(arguments, Integer.parseInt(word.toString()), clients, taken);
      before.forEach(LoadClient::close);
      word.setLength(0);
    }
    clients.forEach(LoadClient::close);
    for (LoadClient client : clients) {
      client.stop(TIMEOUT);
    }
    write(Path.of(arguments[0]), taken);
  }

  /** The words of the command that runs it; it begins with {@code rate}. */
  static List<String> command(
      Path file, int rate, double posts, String prefix, String path, List<String> gateways) {
    List<String> words =
        new ArrayList<>(
            List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                HostClient.class.getName(),
                file.toString(),
                Integer.toString(rate),
                Double.toString(posts),
                prefix,
                path));
    words.addAll(gateways);
    return words;
  }

  private static void begin(
      String[] arguments, int rate, List<LoadClient> clients, ConcurrentLinkedQueue<Taken> taken) {
    for (int i = 5; i < arguments.length; i++) {
      String gateway = arguments[i];
      LoadPlan plan =
          new LoadPlan(
              Address.parse(gateway).orElseThrow(),
              false,
              gateway,
              new LoadPlan.Pace.Rate(rate),
              List.of(arguments[4]),
              Double.parseDouble(arguments[2]),
              List.of(arguments[4]),
              List.of(100),
              TIMEOUT,
              arguments[3] + "-" + clients.size());
      clients.add(LoadClient.start(plan, sample -> taken.add(new Taken(gateway, sample))));
    }
  }

  private static void write(Path file, Iterable<Taken> taken) throws IOException {
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      for (Taken one : taken) {
        LoadSample sample = one.sample();
        writer.write(
            String.join(
                "\t",
                one.gateway(),
                Long.toString(sample.due()),
                Long.toString(sample.end()),
                sample.method(),
                sample.outcome().name(),
                Integer.toString(sample.status()),
                sample.instance().orElse("-"),
                sample.detail().replace('\t', ' ').replace('\n', ' ')));
        writer.newLine();
      }
    }
  }
}

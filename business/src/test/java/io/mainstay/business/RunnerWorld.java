package io.mainstay.business;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.mainstay.linux.ExecutorMailbox;
import io.mainstay.linux.FileSecrets;
import io.mainstay.linux.LinuxProcessHost;
import io.mainstay.linux.SystemTime;
import io.mainstay.linux.logs.FileLogSource;
import io.mainstay.model.Address;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.TransactionSpec;
import io.mainstay.model.state.Pin;
import io.mainstay.model.state.TransactionKey;
import io.mainstay.model.state.TransactionRun;
import io.mainstay.ports.MarkedCalls;
import io.mainstay.ports.SpecReader;
import io.mainstay.ports.TransactionRunner;
import io.mainstay.spec.YamlSpecReader;
import io.mainstay.testkit.SeededRandomness;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A runner with real servers, files that users could have written, and what it told. */
final class RunnerWorld implements AutoCloseable {
  static final String SECRET = "the-secret-of-this-server";

  final Map<String, Address> listening = new ConcurrentHashMap<>();
  final Map<String, List<TransactionRun.Call>> calls = new ConcurrentHashMap<>();
  final List<InstanceDirectory.Located> instances = new CopyOnWriteArrayList<>();
  final List<TransactionRun> told = new CopyOnWriteArrayList<>();
  final List<Throwable> bugs = new CopyOnWriteArrayList<>();
  final Map<String, String> environment = new TreeMap<>(System.getenv());
  private final List<TestServer> servers = new ArrayList<>();
  private final ExecutorMailbox mailbox = new ExecutorMailbox("test", bugs::add);
  private final ExecutorMailbox processMailbox = new ExecutorMailbox("processes", bugs::add);
  private final Path folder;
  private final FileLogSource logs;
  private final LinuxProcessHost host;
  private Deployment deployment;
  private TransactionRuns runs;

  RunnerWorld(Path folder) throws IOException {
    this.folder = folder;
    logs = new FileLogSource(folder, problem -> {});
    host = new LinuxProcessHost(folder, logs, processMailbox, problem -> {});
    deployment = Deployment.empty(folder);
    most(TransactionSettings.MOST_RUNS);
  }

  /** Another runner, for that many runs at once. */
  RunnerWorld most(int runsAtOnce) {
    MarkedCalls marked = id -> Optional.ofNullable(calls.remove(id)).orElse(List.of());
    return most(runsAtOnce, marked, listening::get);
  }

  RunnerWorld most(
      int runsAtOnce, MarkedCalls marked, java.util.function.Function<String, Address> addresses) {
    runs =
        new TransactionRuns(
            new TransactionSettings(
                () -> SECRET,
                new LinkedHashMap<>(environment),
                List.of(folder.resolve("plugins")),
                service ->
                    instances.stream().filter(one -> one.id().service().equals(service)).toList(),
                runsAtOnce),
            () -> deployment,
            name -> Optional.ofNullable(addresses.apply(name)),
            marked,
            host,
            new FileSecrets(),
            mailbox,
            new SystemTime(),
            new SeededRandomness(11));
    return this;
  }

  /** A server in place of the listener of that name. */
  TestServer open(String listener, TestServer.Behaviour behaviour) {
    TestServer server = elsewhere(behaviour);
    listening.put(listener, server.address());
    return server;
  }

  /** A server that is no listener of ours. */
  TestServer elsewhere(TestServer.Behaviour behaviour) {
    TestServer server = new TestServer(behaviour);
    servers.add(server);
    return server;
  }

  RunnerWorld file(String yaml) {
    SpecReader.Outcome outcome = new YamlSpecReader().read(yaml, "f", folder);
    assertThat(outcome).isInstanceOf(SpecReader.Outcome.Valid.class);
    deployment = ((SpecReader.Outcome.Valid) outcome).deployment();
    return this;
  }

  Deployment deployment() {
    return deployment;
  }

  /** One service {@code shop} with these steps (a YAML list), listening as {@code shop}. */
  RunnerWorld steps(String steps) {
    return transaction("{within: 5s, steps: " + steps + "}");
  }

  RunnerWorld transaction(String transaction) {
    return file(
        "services: {shop: {run: x, listen: 8080, transactions: {buy: " + transaction + "}}}");
  }

  TransactionRun run(Pin... pins) {
    AtomicReference<TransactionRun> result = new AtomicReference<>();
    begin(result, pins);
    await(() -> result.get() != null);
    return result.get();
  }

  void begin(AtomicReference<TransactionRun> result, Pin... pins) {
    ServiceSpec service =
        deployment.services().stream()
            .filter(one -> !one.business().transactions().isEmpty())
            .findFirst()
            .orElseThrow();
    TransactionSpec spec = service.business().transactions().getFirst();
    runs.run(
        new TransactionRunner.Request(
            new TransactionKey(service.name(), spec.name()), spec, List.of(pins)),
        run -> {
          told.add(run);
          result.set(run);
        });
  }

  TransactionRuns runs() {
    return runs;
  }

  Path folder() {
    return folder;
  }

  static String reason(TransactionRun run) {
    return run.failure().orElseThrow().reason();
  }

  static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        fail("waited 20 s");
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Override
  public void close() throws IOException {
    runs.close();
    servers.forEach(TestServer::close);
    host.close();
    logs.close();
    processMailbox.close();
    mailbox.close();
    assertThat(bugs).isEmpty();
  }
}

package io.mainstay.business;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.linux.ExecutorMailbox;
import io.mainstay.linux.LinuxProcessHost;
import io.mainstay.linux.SystemTime;
import io.mainstay.linux.logs.FileLogSource;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.ports.Prober;
import io.mainstay.ports.Prober.Result;
import io.mainstay.probes.NetworkProber;
import io.mainstay.probes.ProbeSources;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The prober of an agent, with databases. */
final class ChecksBySql implements AutoCloseable {
  private final List<Throwable> bugs = Collections.synchronizedList(new ArrayList<>());
  private final Path folder;
  private final ExecutorMailbox mailbox = new ExecutorMailbox("test", bugs::add);
  private final FileLogSource logs;
  private final LinuxProcessHost host;
  private final SqlDatabases databases = new SqlDatabases(List.of());
  private final NetworkProber prober;

  ChecksBySql(Path folder) throws IOException {
    this.folder = folder;
    logs = new FileLogSource(folder, problem -> {});
    host = new LinuxProcessHost(folder, logs, mailbox, problem -> {});
    prober =
        new NetworkProber(
            host,
            mailbox,
            new SystemTime(),
            new ProbeSources(
                databases,
                process -> Optional.empty(),
                logs,
                path -> {
                  throw new AssertionError("no disks here");
                }));
  }

  CompletableFuture<Result> ask(int number, Probe probe, Duration timeout) {
    CompletableFuture<Result> result = new CompletableFuture<>();
    prober.probe(
        new Prober.Request(
            new InstanceId(new ServiceName("shop"), number),
            probe,
            Optional.empty(),
            folder,
            new LinkedHashMap<>(),
            timeout),
        result::complete);
    return result;
  }

  Result answer(Probe probe) throws Exception {
    return ask(1, probe, Duration.ofSeconds(20)).get(30, TimeUnit.SECONDS);
  }

  static Probe.Sql sql(String url, String query, String... expect) {
    return new Probe.Sql(
        url, query, List.of(), expect.length == 0 ? Optional.empty() : Optional.of(expect[0]));
  }

  @Override
  public void close() throws IOException {
    prober.close();
    databases.close();
    host.close();
    logs.close();
    mailbox.close();
    assertThat(bugs).isEmpty();
  }
}

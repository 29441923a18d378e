package io.mainstay.linux;

import static org.assertj.core.api.Assertions.fail;

import io.mainstay.linux.cgroups.Cgroups;
import io.mainstay.linux.logs.FileLogSource;
import io.mainstay.model.state.ProcessIdentity;
import io.mainstay.ports.HostProblem;
import io.mainstay.ports.ProcessHost;
import io.mainstay.testkit.ProcessHostContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Real processes, written as small shell scripts, in a temporary data folder. */
final class RealWorld implements ProcessHostContract.World {
  final List<HostProblem> problems = Collections.synchronizedList(new ArrayList<>());
  final ExecutorMailbox mailbox =
      new ExecutorMailbox("test", bug -> problems.add(problem("bug: " + bug)));
  final FileLogSource logs;
  private final Path data;
  private final Cgroups cgroups;
  private final List<LinuxProcessHost> hosts = new ArrayList<>();

  RealWorld(Path data, Cgroups cgroups) throws IOException {
    this.data = data;
    this.cgroups = cgroups;
    logs = new FileLogSource(data, problems::add);
    restarted();
  }

  @Override
  public ProcessHost host() {
    return hosts.getFirst();
  }

  @Override
  public ProcessHost restarted() {
    // The first host forgets its processes as if its server had been killed.
    LinuxProcessHost host = new LinuxProcessHost(data, logs, mailbox, problems::add, cgroups);
    hosts.add(host);
    return host;
  }

  @Override
  public Path directory() {
    return data;
  }

  @Override
  public List<String> exitsWith(int code) {
    return shell("exit " + code);
  }

  @Override
  public List<String> printsAndExits(String output, String error, int code) {
    return shell("echo '" + output + "'; echo '" + error + "' >&2; exit " + code);
  }

  @Override
  public List<String> runs() {
    return List.of("sleep", "600");
  }

  @Override
  public List<String> ignoresTerm() {
    return shell("trap '' TERM; while :; do sleep 600; done");
  }

  @Override
  public void settle(ProcessIdentity process) {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    await("the trap", () -> read(status).lines().anyMatch(l -> l.matches("SigIgn:.*[4-7c-f]...")));
  }

  @Override
  public List<String> missing() {
    return List.of("no-such-program");
  }

  @Override
  public void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        fail("waited 10 s for " + what + "; problems: " + problems);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Override
  public void close() {
    hosts.forEach(LinuxProcessHost::close);
    logs.close();
    mailbox.close();
  }

  static List<String> shell(String script) {
    return List.of("sh", "-c", script);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }

  private static HostProblem problem(String text) {
    return new HostProblem(
        io.mainstay.model.EventKind.COMPONENT_FAILED, java.util.Optional.empty(), text);
  }
}

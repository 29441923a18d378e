package io.mainstay.probes;

import static org.assertj.core.api.Assertions.fail;

import io.mainstay.linux.ExecutorMailbox;
import io.mainstay.linux.LinuxProcessHost;
import io.mainstay.linux.SystemTime;
import io.mainstay.linux.calls.FileSystemCalls;
import io.mainstay.linux.jvm.LinuxJavaProcesses;
import io.mainstay.linux.logs.FileLogSource;
import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Checks;
import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.ports.Prober;
import io.mainstay.ports.Prober.Result;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A prober with a real process host and small servers to ask. */
final class ProberWorld implements AutoCloseable {
  static final InstanceId SHOP_1 = new InstanceId(new ServiceName("shop"), 1);

  final List<Throwable> bugs = Collections.synchronizedList(new ArrayList<>());
  final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final ExecutorMailbox mailbox = new ExecutorMailbox("test", bugs::add);
  private final Path directory;
  private final FileLogSource logs;
  private final LinuxProcessHost host;
  private final List<ServerSocket> servers = new ArrayList<>();
  final NetworkProber prober;

  ProberWorld(Path directory) throws IOException {
    this.directory = directory;
    logs = new FileLogSource(directory, problem -> {});
    host = new LinuxProcessHost(directory, logs, mailbox, problem -> {});
    prober =
        new NetworkProber(
            host,
            mailbox,
            new SystemTime(),
            new ProbeSources(
                (probe, within) -> {
                  throw new AssertionError("no databases here");
                },
                new LinuxJavaProcesses(),
                logs,
                FileSystemCalls::left));
  }

  /** What a server does with a connection. */
  interface Behaviour {
    void serve(Socket socket) throws Exception;
  }

  /** A server on a free port of the loopback address. */
  Address serve(Behaviour behaviour) throws IOException {
    ServerSocket server = new ServerSocket(0, 2000, InetAddress.getLoopbackAddress());
    servers.add(server);
    Thread.ofVirtual().start(() -> accept(server, behaviour));
    return new Address("127.0.0.1", server.getLocalPort());
  }

  /** A server that answers every HTTP request with the same bytes. */
  Address answer(String bytes) throws IOException {
    return serve(socket -> {
      requests.add(head(socket.getInputStream()));
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.UTF_8));
    });
  }

  Result ask(Probe probe, Address address, Duration timeout) {
    AtomicReference<Result> result = new AtomicReference<>();
    prober.probe(request(probe, address, timeout), result::set);
    await(() -> result.get() != null);
    return result.get();
  }

  Prober.Request request(Probe probe, Address address, Duration timeout) {
    return new Prober.Request(
        SHOP_1,
        probe,
        Optional.of(address),
        directory,
        new LinkedHashMap<>(System.getenv()),
        timeout);
  }

  static Probe.Http http(String path, Optional<String> body) {
    return new Probe.Http(
        path, "GET", List.of(new Checks.StatusRange(200, 299)), body, new LinkedHashMap<>());
  }

  static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        fail("waited 20 s");
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Override
  public void close() throws IOException {
    for (ServerSocket server : servers) {
      server.close();
    }
    prober.close();
    host.close();
    logs.close();
    mailbox.close();
  }

  private static void accept(ServerSocket server, Behaviour behaviour) {
    try {
      while (true) {
        Socket socket = server.accept();
        Thread.ofVirtual()
            .start(() -> {
              try (socket) {
                behaviour.serve(socket);
              } catch (Exception e) {
                // The other side went away, which some tests are about.
              }
            });
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int c = in.read();
      if (c < 0) {
        break;
      }
      head.append((char) c);
    }
    return head.toString();
  }
}

package io.mainstay.probes.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Address;
import io.mainstay.probes.load.LoadPlan.Pace;
import io.mainstay.probes.load.LoadSample.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoadClientTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private ServerSocket server;
  private final Queue<String> seen = new ConcurrentLinkedQueue<>();
  private volatile String answer = OK;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::acceptAll);
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  @Test
  void countsGoodAnswersByInstanceOverReusedConnections() throws Exception {
    answer =
        "HTTP/1.1 200 OK\r\n"
            + "X-Instance: shop-2\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "2\r\n"
            + "ok\r\n"
            + "0\r\n\r\n";

    LoadReport report = run(closed(2, 0), 100);

    assertThat(report.failed()).isZero();
    assertThat(report.instances()).containsOnlyKeys("shop-2");
    assertThat(report.median()).isPositive();
    assertThat(report.worst()).isGreaterThanOrEqualTo(report.median());
  }

  @Test
  void tagsEveryRequestWithItsOwnId() throws Exception {
    LoadReport report = run(closed(3, 0.5), 100);

    List<String> ids = seen.stream().filter(line -> line.startsWith("X-Load-Id: ")).toList();
    assertThat(new TreeSet<>(ids)).hasSameSizeAs(ids).hasSize((int) report.sent());
  }

  @Test
  void mixesMethodsAndSizesEvenly() throws Exception {
    run(closed(1, 0.3), 100);

    long posts = seen.stream().filter(line -> line.startsWith("POST /buy ")).count();
    long gets = seen.stream().filter(line -> line.startsWith("GET / ")).count();
    assertThat(posts * 10.0 / (posts + gets)).isBetween(2.8, 3.2);
    assertThat(seen).contains("Content-Length: 3", "Content-Length: 2000");
  }

  @Test
  void openLoopKeepsItsRateThoughNobodyAnswers() throws Exception {
    answer = "";
    CountDownLatch ended = new CountDownLatch(5);
    LoadPlan plan = plan(new Pace.Rate(500), 0, Duration.ofMillis(200));

    try (LoadClient client = LoadClient.start(plan, sample -> ended.countDown())) {
      assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(client.stop(Duration.ofSeconds(10))).isTrue();
      LoadReport report = client.report();
      assertThat(report.ok()).isZero();
      assertThat(report.getsFailedBefore()).isEqualTo(report.sent()).isGreaterThan(20);
      assertThat(report.reasons()).containsOnlyKeys("GET: timed out");
    }
  }

  @Test
  void tellsACutAnswerFromNoAnswer() throws Exception {
    answer = "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf";
    assertThat(first().outcome()).isEqualTo(Outcome.CUT);

    answer = "close";
    assertThat(first().outcome()).isEqualTo(Outcome.FAILED_BEFORE);

    answer = "HTTP/1.1 502 Bad\r\nX-Mainstay-Reason: reset\r\nContent-Length: 0\r\n\r\n";
    assertThat(first().outcome()).isEqualTo(Outcome.BAD_STATUS);
    assertThat(first().detail()).isEqualTo("status 502 (reset)");

    answer = "gar\0bage\r\n\r\n";
    assertThat(first().outcome()).isEqualTo(Outcome.CUT);

    answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n";
    assertThat(first().outcome()).isEqualTo(Outcome.CUT);
  }

  @Test
  void refusedConnectionsAreFailures() throws Exception {
    LoadPlan plan = closed(1, 0);
    server.close();

    LoadReport report = run(plan, 5);

    assertThat(report.getsFailedBefore()).isEqualTo(report.sent());
    assertThat(report.reasons().firstEntry().getKey()).startsWith("GET: no connection");
  }

  private LoadSample first() throws Exception {
    Queue<LoadSample> samples = new ConcurrentLinkedQueue<>();
    CountDownLatch one = new CountDownLatch(1);
    try (LoadClient client =
        LoadClient.start(
            closed(1, 0),
            sample -> {
              samples.add(sample);
              one.countDown();
            })) {
      assertThat(one.await(10, TimeUnit.SECONDS)).isTrue();
      client.stop(Duration.ofSeconds(10));
    }
    return samples.element();
  }

  private LoadReport run(LoadPlan plan, int requests) throws Exception {
    CountDownLatch enough = new CountDownLatch(requests);
    try (LoadClient client = LoadClient.start(plan, sample -> enough.countDown())) {
      assertThat(enough.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(client.stop(Duration.ofSeconds(10))).isTrue();
      return client.report();
    }
  }

  private LoadPlan closed(int connections, double postShare) {
    return plan(new Pace.Connections(connections, Duration.ZERO), postShare, Duration.ofSeconds(5));
  }

  private LoadPlan plan(Pace pace, double postShare, Duration timeout) {
    return new LoadPlan(
        new Address("127.0.0.1", server.getLocalPort()),
        false,
        "shop.test",
        pace,
        List.of("/"),
        postShare,
        List.of("/buy"),
        List.of(3, 2000),
        timeout,
        "test");
  }

  private void acceptAll() {
    while (true) {
      try {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      String line = in.readLine();
      while (line != null) {
        int length = 0;
        for (; !line.isEmpty(); line = in.readLine()) {
          seen.add(line);
          if (line.startsWith("Content-Length: ")) {
            length = Integer.parseInt(line.substring(16));
          }
        }
        in.skip(length);
        if (answer.equals("close")) {
          return;
        }
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
        if (!answer.isEmpty() && !answer.endsWith("ok") && !answer.endsWith("0\r\n\r\n")) {
          return;
        }
        line = in.readLine();
      }
    } catch (IOException e) {
      // The client went away.
    }
  }
}

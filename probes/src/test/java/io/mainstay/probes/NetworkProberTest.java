package io.mainstay.probes;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Address;
import io.mainstay.model.spec.Checks;
import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.ports.Prober.Outcome;
import io.mainstay.ports.Prober.Result;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkProberTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Optional<String> ANY = Optional.empty();

  @TempDir Path directory;
  private ProberWorld world;

  @BeforeEach
  void open() throws IOException {
    world = new ProberWorld(directory);
  }

  @AfterEach
  void close() throws IOException {
    world.close();
    assertThat(world.bugs).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "200, PASS",
    "204, PASS",
    "299, PASS",
    "301, FAIL",
    "404, FAIL",
    "503, FAIL",
  })
  void judgesHttpByTheStatus(int status, Outcome outcome) throws IOException {
    Address server = world.answer("HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n\r\n");
    Result result = world.ask(ProberWorld.http("/healthz", ANY), server, LONG);
    assertThat(result.outcome()).as(result.message()).isEqualTo(outcome);
    assertThat(result.message()).contains(Integer.toString(status));
  }

  @Test
  void sendsPathMethodAndHeadersAndClosesTheConnection() throws IOException {
    Address server = world.answer("HTTP/1.1 200 OK\r\n\r\n");
    SequencedMap<String, String> headers = new LinkedHashMap<>();
    headers.put("X-Probe", "main\r\nstay");
    headers.put("host", "shop.example.com");
    Probe.Http probe =
        new Probe.Http(
            "/healthz?deep=1", "POST", List.of(new Checks.StatusRange(200, 200)), ANY, headers);
    assertThat(world.ask(probe, server, LONG).outcome()).isEqualTo(Outcome.PASS);
    assertThat(world.requests)
        .singleElement()
        .asString()
        .startsWith("POST /healthz?deep=1 HTTP/1.1\r\n")
        .contains("\r\nX-Probe: main  stay\r\n")
        .contains(": shop.example.com\r\n")
        .contains("\r\nConnection: close\r\n")
        .contains("\r\nContent-Length: 0\r\n")
        .doesNotContain("127.0.0.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nstate ok",
        "HTTP/1.0 200 OK\r\n\r\nstate ok",
        "HTTP/1.1 200 OK\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "7;x=1\r\n"
            + "state o\r\n"
            + "1\r\n"
            + "k\r\n"
            + "0\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\n"
            + "Link: x\r\n\r\n"
            + "HTTP/1.1 200 OK\r\n"
            + "Content-Length: 8\r\n\r\n"
            + "state ok",
      })
  void findsTextInTheBody(String bytes) throws IOException {
    Address server = world.answer(bytes);
    Result found = world.ask(ProberWorld.http("/", Optional.of("ok")), server, LONG);
    assertThat(found.outcome()).as(found.message()).isEqualTo(Outcome.PASS);
    Result missing = world.ask(ProberWorld.http("/", Optional.of("fine")), server, LONG);
    assertThat(missing.outcome()).isEqualTo(Outcome.FAIL);
    assertThat(missing.message()).contains("does not contain \"fine\"").contains("state ok");
  }

  @ParameterizedTest
  @CsvSource({
    "'', closed without an answer",
    "'SSH-2.0-OpenSSH', not an HTTP answer",
    "'HTTP/1.1 two hundred', not an HTTP answer",
  })
  void failsOnWhatIsNoHttp(String bytes, String message) throws IOException {
    Address server = world.answer(bytes);
    Result result = world.ask(ProberWorld.http("/", ANY), server, LONG);
    assertThat(result.outcome()).isEqualTo(Outcome.FAIL);
    assertThat(result.message()).contains(message);
  }

  @Test
  void readsNoMoreThanItsBoundOfAnEndlessHeadOrBody() throws IOException {
    Address head = world.serve(socket -> flood(socket.getOutputStream(), "HTTP/1.1 200 OK\r\nX: "));
    Result endless = world.ask(ProberWorld.http("/", ANY), head, LONG);
    assertThat(endless.message()).contains("longer than");
    Address body =
        world.serve(socket -> flood(socket.getOutputStream(), "HTTP/1.0 200 OK\r\n\r\n"));
    Result late = world.ask(ProberWorld.http("/", Optional.of("never")), body, LONG);
    assertThat(late.outcome()).isEqualTo(Outcome.FAIL);
    assertThat(late.message()).contains("does not contain");
  }

  @Test
  void passesOnTheStatusOfABodyThatNeverEnds() throws IOException {
    CountDownLatch end = new CountDownLatch(1);
    Address server =
        world.serve(socket -> {
          socket
              .getOutputStream()
              .write("HTTP/1.1 200 OK\r\n\r\ndata".getBytes(StandardCharsets.UTF_8));
          end.await();
        });
    assertThat(world.ask(ProberWorld.http("/", ANY), server, LONG).outcome())
        .isEqualTo(Outcome.PASS);
    end.countDown();
  }

  @Test
  void letsAServerFinishWhatItSays() throws IOException {
    AtomicReference<Object> seen = new AtomicReference<>();
    Address server =
        world.serve(socket -> {
          OutputStream out = socket.getOutputStream();
          socket.getInputStream().read(new byte[1000]);
          out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.UTF_8));
          // The body of a slow server, not a wait of the test.
          new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
          out.write("state ok".getBytes(StandardCharsets.UTF_8));
          socket.shutdownOutput();
          try {
            seen.set(socket.getInputStream().read());
          } catch (IOException e) {
            seen.set(e);
          }
        });
    assertThat(world.ask(ProberWorld.http("/", ANY), server, LONG).outcome())
        .isEqualTo(Outcome.PASS);
    ProberWorld.await(() -> seen.get() != null);
    assertThat(seen.get()).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: much", "Transfer-Encoding: chunked\r\n\r\nno size"})
  void caresForTheBodyOnlyIfTextIsWantedInIt(String rest) throws IOException {
    Address server = world.answer("HTTP/1.1 200 OK\r\n" + rest + "\r\n\r\n");
    Result passed = world.ask(ProberWorld.http("/", ANY), server, LONG);
    assertThat(passed.outcome()).as(passed.message()).isEqualTo(Outcome.PASS);
    Result failed = world.ask(ProberWorld.http("/", Optional.of("ok")), server, LONG);
    assertThat(failed.message()).contains("not a length");
  }

  @Test
  void looksUpNames() throws IOException {
    Address server = world.answer("HTTP/1.1 200 OK\r\n\r\n");
    Result found =
        world.ask(ProberWorld.http("/", ANY), new Address("localhost", server.port()), LONG);
    assertThat(found.outcome()).as(found.message()).isEqualTo(Outcome.PASS);
    Result unknown = world.ask(ProberWorld.http("/", ANY), new Address("no.such.invalid", 1), LONG);
    assertThat(unknown.outcome()).isEqualTo(Outcome.FAIL);
    assertThat(unknown.message()).contains("unknown host");
  }

  @Test
  void saysThatNothingListens() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Result result = world.ask(ProberWorld.http("/", ANY), new Address("127.0.0.1", port), LONG);
    assertThat(result.outcome()).isEqualTo(Outcome.FAIL);
    assertThat(result.message()).isEqualTo("connect: connection refused");
  }

  @Test
  void failsAtTheTimeOutHoweverSlowlyTheAnswerDrips() throws IOException {
    Address server =
        world.serve(socket -> {
          OutputStream out = socket.getOutputStream();
          while (true) {
            out.write('H');
            // The drip of a slow server, not a wait of the test.
            new CountDownLatch(1).await(10, TimeUnit.MILLISECONDS);
          }
        });
    Result result = world.ask(ProberWorld.http("/", ANY), server, Duration.ofMillis(150));
    assertThat(result.outcome()).isEqualTo(Outcome.FAIL);
    assertThat(result.message()).isEqualTo("no answer within 150 ms");
  }

  @Test
  void asksATcpServerAndReadsItsAnswer() throws IOException {
    Address server =
        world.serve(socket -> {
          byte[] asked = socket.getInputStream().readNBytes(6);
          boolean ping = new String(asked, StandardCharsets.US_ASCII).equals("PING\r\n");
          OutputStream out = socket.getOutputStream();
          out.write((ping ? "+PO" : "-ERR").getBytes(StandardCharsets.US_ASCII));
          out.flush();
          out.write("NG\r\n".getBytes(StandardCharsets.US_ASCII));
        });
    Result good = world.ask(tcp("PING\r\n", "+PONG"), server, LONG);
    assertThat(good.outcome()).as(good.message()).isEqualTo(Outcome.PASS);
    Result escaped = world.ask(tcp("PING\\r\\n", "+PONG\\r\\n"), server, LONG);
    assertThat(escaped.outcome()).as(escaped.message()).isEqualTo(Outcome.PASS);
    Result bad = world.ask(tcp("QUIT\r\n", "+PONG"), server, LONG);
    assertThat(bad.outcome()).isEqualTo(Outcome.FAIL);
    assertThat(bad.message()).isEqualTo("expected \"+PONG\", got \"-ERRNG\\r\\n\"");
    assertThat(world.ask(new Probe.Tcp(ANY, ANY), server, LONG).outcome()).isEqualTo(Outcome.PASS);
  }

  @Test
  void aThousandThatHangDelayNoOtherAndLeaveNothingBehind() throws IOException {
    CountDownLatch end = new CountDownLatch(1);
    AtomicInteger open = new AtomicInteger();
    Address hanging =
        world.serve(socket -> {
          open.incrementAndGet();
          socket.getInputStream().readAllBytes(); // until the prober closes
          open.decrementAndGet();
          end.await();
        });
    Address well = world.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    List<Result> late = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 1000; i++) {
      world.prober.probe(
          world.request(ProberWorld.http("/", ANY), hanging, Duration.ofSeconds(3)), late::add);
    }
    Result result = world.ask(ProberWorld.http("/", ANY), well, LONG);
    assertThat(result.outcome()).as(result.message()).isEqualTo(Outcome.PASS);
    assertThat(late).isEmpty();
    ProberWorld.await(() -> late.size() == 1000);
    assertThat(late).allMatch(each -> each.outcome() == Outcome.FAIL);
    ProberWorld.await(() -> open.get() == 0);
    end.countDown();
  }

  @Test
  void judgesACommandByTheRulesOfNagios() {
    Result warning = run("echo 'LOAD WARNING | load=3;2;5'; exit 1", LONG);
    assertThat(warning.outcome()).isEqualTo(Outcome.WARNING);
    assertThat(warning.message()).isEqualTo("LOAD WARNING");
    assertThat(warning.performanceData()).isEqualTo("load=3;2;5");
    assertThat(run("exit 0", LONG).outcome()).isEqualTo(Outcome.PASS);
    assertThat(run("exit 2", LONG).outcome()).isEqualTo(Outcome.FAIL);
    Result slow = run("sleep 60", Duration.ofMillis(100));
    assertThat(slow.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(slow.message()).contains("no end within 100 ms");
    Result silent = run("echo why >&2; exit 2", SECOND.multipliedBy(10));
    assertThat(silent.message()).isEqualTo("why");
  }

  @Test
  void doesNotKnowWhenTheCommandIsMissing() {
    Result result =
        world.ask(new Probe.Run(List.of("no-such-check")), new Address("127.0.0.1", 1), LONG);
    assertThat(result.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(result.message()).contains("command not found: no-such-check");
  }

  private Result run(String script, Duration timeout) {
    return world.ask(
        new Probe.Run(List.of("sh", "-c", script)), new Address("127.0.0.1", 1), timeout);
  }

  private static Probe.Tcp tcp(String send, String expect) {
    return new Probe.Tcp(Optional.of(send), Optional.of(expect));
  }

  private static void flood(OutputStream out, String begin) throws IOException {
    out.write(begin.getBytes(StandardCharsets.UTF_8));
    byte[] block = "x".repeat(1000).getBytes(StandardCharsets.UTF_8);
    while (true) {
      out.write(block); // until the other side closes
    }
  }
}

package io.mainstay.probes;

import io.mainstay.model.Address;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.Prober;
import io.mainstay.ports.ProcessHost;
import io.mainstay.ports.Time;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Probes over sockets and by commands. Each has a thread of its own, virtual where nothing can hold
 * a carrier, so that a thousand that hang delay no other; at its time-out its socket is closed
 * under it, whatever it waits for.
 */
public final class NetworkProber implements Prober {
  private final ProcessHost processes;
  private final Mailbox mailbox;
  private final Time time;

  /**
   * Makes one.
   *
   * @param processes runs commands; its mailbox is the same
   * @param mailbox where results go, and what tells the time-outs
   */
  public NetworkProber(ProcessHost processes, Mailbox mailbox, Time time) {
    this.processes = processes;
    this.mailbox = mailbox;
    this.time = time;
  }

  @Override
  public void probe(Request request, Consumer<Result> done) {
    switch (request.probe()) {
      case Probe.Http http ->
          overSocket(request, done, socket -> HttpProbe.ask(http, address(request), socket));
      case Probe.Tcp tcp -> overSocket(request, done, socket -> TcpProbe.ask(tcp, socket));
      case Probe.Run run -> byCommand(request, run, done);
      case Probe.Push push ->
          throw new IllegalArgumentException("a push check is not asked: " + push);
    }
  }

  /** What is done with a socket that is connected. */
  interface Exchange {
    /** Answers what it says, or throws what the network did. */
    Answer with(Socket socket) throws IOException;
  }

  /**
   * What a probe found.
   *
   * @param outcome the short form
   * @param message one line
   */
  record Answer(Outcome outcome, String message) {
    static Answer fail(String message) {
      return new Answer(Outcome.FAIL, message);
    }

    static Answer pass(String message) {
      return new Answer(Outcome.PASS, message);
    }
  }

  /** One probe under way; all but the socket is touched in the mailbox only. */
  private final class Attempt {
    private final Consumer<Result> done;
    private final MonotonicTime begin = time.now();
    private final Socket socket = new Socket();
    private final Mailbox.Cancellable timer;
    private boolean finished;

    Attempt(Duration timeout, Consumer<Result> done) {
      this.done = done;
      timer =
          mailbox.after(
              timeout,
              () -> {
                close();
                finish(Answer.fail("no answer within " + timeout.toMillis() + " ms"));
              });
    }

    void finish(Answer answer) {
      if (!finished) {
        finished = true;
        timer.cancel();
        done.accept(new Result(answer.outcome(), answer.message(), "", time.now().since(begin)));
      }
    }

    void close() {
      try {
        socket.close();
      } catch (IOException e) {
        // It is of no use any more, whatever it says.
      }
    }
  }

  private void overSocket(Request request, Consumer<Result> done, Exchange exchange) {
    Attempt attempt = new Attempt(request.timeout(), done);
    String host = address(request).host();
    Optional<InetAddress> literal = literal(host);
    // A name server that does not answer holds the thread that asks, so that must be no carrier.
    Thread.Builder thread = literal.isPresent() ? Thread.ofVirtual() : Thread.ofPlatform().daemon();
    thread
        .name("probe-" + request.instance())
        .start(() -> {
          Answer answer = run(request, attempt, literal, exchange);
          mailbox.post(() -> attempt.finish(answer));
        });
  }

  private static Answer run(
      Request request, Attempt attempt, Optional<InetAddress> literal, Exchange exchange) {
    int patience = Math.clamp(request.timeout().toMillis(), 1, Integer.MAX_VALUE);
    try {
      InetAddress host =
          literal.isPresent() ? literal.get() : InetAddress.getByName(address(request).host());
      attempt.socket.setTcpNoDelay(true);
      attempt.socket.setSoTimeout(patience);
      attempt.socket.connect(new InetSocketAddress(host, address(request).port()), patience);
      return exchange.with(attempt.socket);
    } catch (IOException e) {
      return Answer.fail(describe(e));
    } catch (RuntimeException e) {
      return new Answer(Outcome.UNKNOWN, "the probe failed: " + e);
    } finally {
      attempt.close();
    }
  }

  private void byCommand(Request request, Probe.Run run, Consumer<Result> done) {
    MonotonicTime begin = time.now();
    processes.run(
        new ProcessHost.CommandRequest(
            Optional.empty(),
            run.command(),
            request.directory(),
            request.environment(),
            Optional.empty(),
            request.timeout()),
        outcome -> {
          NagiosOutput output = NagiosOutput.of(outcome);
          done.accept(
              new Result(
                  output.outcome(),
                  output.message(),
                  output.performanceData(),
                  time.now().since(begin)));
        });
  }

  private static Address address(Request request) {
    return request
        .address()
        .orElseThrow(
            () -> new IllegalArgumentException("a probe over the network needs an address"));
  }

  private static Optional<InetAddress> literal(String host) {
    try {
      return Optional.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // a name
    }
  }

  private static String describe(IOException e) {
    return switch (e) {
      case UnknownHostException unknown -> "unknown host: " + unknown.getMessage();
      case ConnectException refused -> "connect: " + text(refused);
      default -> text(e);
    };
  }

  private static String text(IOException e) {
    String message = e.getMessage();
    return message == null
        ? e.getClass().getSimpleName()
        : message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
  }
}

package io.mainstay.probes;

import io.mainstay.model.Address;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.Prober;
import io.mainstay.ports.ProcessHost;
import io.mainstay.ports.Time;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Probes over sockets, by commands, and by looking at files. Those over sockets share one thread
 * that none of them can block, so that a thousand that hang delay no other; at its time-out a
 * connection is closed, whatever it waits for. Each has a connection of its own. What can only be
 * asked by waiting (files of a network that is gone, TLS, databases) has a thread of its own each
 * time.
 */
public final class NetworkProber implements Prober, AutoCloseable {
  private final ProcessHost processes;
  private final Mailbox mailbox;
  private final Time time;
  private final ProbeLoop loop;
  private final Looks looks;
  private final ProbeSources sources;
  private final GcWatch collections = new GcWatch();
  private final LogPlaces places = new LogPlaces();

  /**
   * Starts the thread.
   *
   * @param processes runs commands; its mailbox is the same
   * @param mailbox where results go
   * @param sources what is asked beside networks and files
   * @throws IOException if the process may open no more files
   */
  public NetworkProber(ProcessHost processes, Mailbox mailbox, Time time, ProbeSources sources)
      throws IOException {
    this.processes = processes;
    this.mailbox = mailbox;
    this.time = time;
    this.loop = new ProbeLoop(time);
    this.looks = new Looks(mailbox, time);
    this.sources = sources;
  }

  @Override
  public void probe(Request request, Consumer<Result> done) {
    probe(request, request.probe(), Optional.empty(), done);
  }

  private void probe(Request request, Probe probe, Optional<Probe.Tls> tls, Consumer<Result> done) {
    switch (probe) {
      case Probe.Tls outer -> probe(request, outer.inside(), Optional.of(outer), done);
      case Probe.Http http ->
          overSocket(
              request,
              address(request),
              done,
              within(tls, new HttpConversation(http, address(request)), address(request)));
      case Probe.Tcp tcp ->
          overSocket(
              request,
              address(request),
              done,
              within(tls, new TcpConversation(tcp), address(request)));
      case Probe.Agent agent ->
          overSocket(
              request,
              new Address(address(request).host(), agent.port()),
              done,
              new AgentConversation(agent));
      case Probe.Grpc grpc -> {
        Address own = address(request);
        Address asked = new Address(own.host(), grpc.port().orElse(own.port()));
        overSocket(
            request,
            asked,
            done,
            within(tls, new GrpcConversation(grpc, asked, tls.isPresent()), asked));
      }
      case Probe.Promql promql -> {
        PromqlConversation conversation = new PromqlConversation(promql);
        overSocket(request, conversation.server(), done, conversation);
      }
      case Probe.Certificate certificate ->
          looks.look(request, new CertificateLook(certificate), done);
      case Probe.File file -> looks.look(request, new FileLook(file), done);
      case Probe.Disk disk -> looks.look(request, new DiskLook(disk, sources.fileSystems()), done);
      case Probe.Sql sql ->
          looks.look(
              request, new SqlLook(sources.databases().question(sql, request.timeout())), done);
      case Probe.Jvm jvm ->
          looks.look(request, new JvmLook(jvm, sources.jvms(), collections, time), done);
      case Probe.Log log -> looks.look(request, new LogLook(log, sources.output(), places), done);
      case Probe.Run run -> byCommand(request, run, done);
      case Probe.Push push ->
          throw new IllegalArgumentException("a push check is not asked: " + push);
    }
  }

  /** Ends the thread and closes its connections; results that are still to come never do. */
  @Override
  public void close() {
    loop.close();
  }

  private static Conversation within(
      Optional<Probe.Tls> tls, Conversation conversation, Address address) {
    if (tls.isEmpty()) {
      return conversation;
    }
    return new TlsConversation(
        conversation, address, tls.get().serverName(), conversation.protocols());
  }

  private void overSocket(
      Request request, Address address, Consumer<Result> done, Conversation conversation) {
    MonotonicTime begin = time.now();
    Optional<InetAddress> literal =
        conversation.isLoaded() ? literal(address.host()) : Optional.empty();
    ProbeLoop.Target target =
        loop.begin(
            request.timeout(),
            conversation,
            literal.map(host -> new InetSocketAddress(host, address.port())),
            answer -> {
              Result result =
                  new Result(
                      answer.outcome(),
                      answer.message(),
                      "",
                      time.now().since(begin),
                      answer.share());
              mailbox.post(() -> done.accept(result));
            });
    if (literal.isEmpty()) {
      // A name server that does not answer holds the thread that asks, so that has its own.
      Thread.ofPlatform()
          .daemon()
          .name("probe-" + request.instance())
          .start(() -> {
            conversation.load();
            lookUp(address, target);
          });
    }
  }

  private static void lookUp(Address address, ProbeLoop.Target target) {
    try {
      target.at(new InetSocketAddress(InetAddress.getByName(address.host()), address.port()));
    } catch (IOException e) {
      target.failed(e);
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
}

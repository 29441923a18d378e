package io.mainstay.server.cluster;

import io.mainstay.cluster.GatheredSignals;
import io.mainstay.identity.ClusterAuthority;
import io.mainstay.identity.Issuance;
import io.mainstay.identity.JoinToken;
import io.mainstay.model.Actor;
import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.Explanation;
import io.mainstay.model.state.InstanceSignals;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.model.state.Operation;
import io.mainstay.model.state.ServiceSignals;
import io.mainstay.model.state.TransactionRun;
import io.mainstay.ports.ClusterControl;
import io.mainstay.ports.ControlPlane;
import io.mainstay.ports.MarkedCalls;
import io.mainstay.ports.ModelCodec;
import io.mainstay.ports.NodeReport;
import io.mainstay.ports.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What this server answers to other servers, and to machines that want to be one. Any thread. */
public final class ClusterDesk implements ClusterControl {
  private final ClusterEntry entry;
  private final Address api;
  private final Servers servers;
  private final KnownNodes nodes;
  private final ClusterTokens tokens;
  private final Forwarding forwarding;
  private final BiConsumer<ServiceName, String> thawing;
  private final GatheredSignals signals;
  private final Consumer<NodeReport> reports;
  private final MarkedCalls calls;
  private final Supplier<String> probeSecret;
  private final BooleanSupplier leads;
  private final ControlPlane control;
  private final Time time;

  /** Who carries the coordination, who may come to, and what it keeps. */
  public interface Servers {
    /** Those that do now. */
    List<Member> members();

    /**
     * A place for a node, if one is free: kept for it, so that two that join at once get two.
     *
     * @param port the first of the three at which it would listen
     * @throws IOException if the cluster cannot be asked now
     */
    Optional<Member> place(NodeName node, String host, int port) throws IOException;

    /** The ensemble of somebody else that all servers of this cluster use, if they do. */
    Optional<String> external();

    /** Small things that the cluster keeps. */
    Things things();
  }

  /** Hands what this server cannot do itself to another one. */
  interface Forwarding {
    /**
     * Has a machine let in.
     *
     * @throws IOException if the server does not answer
     */
    JoinOutcome join(Address server, JoinRequest request) throws IOException;
  }

  /**
   * Answers for the cluster that {@code entry} is in.
   *
   * @param api where other machines reach this server
   * @param nodes whose certificates are renewed
   * @param reports takes in what other nodes report
   * @param calls what this node's gateway sees of the requests of transactions
   * @param probeSecret by what gateways know requests of our own
   * @param thawing has this node's agent thaw a standby
   */
  ClusterDesk(
      ClusterEntry entry,
      ModelCodec codec,
      Address api,
      Servers servers,
      KnownNodes nodes,
      Forwarding forwarding,
      BiConsumer<ServiceName, String> thawing,
      GatheredSignals signals,
      Consumer<NodeReport> reports,
      MarkedCalls calls,
      Supplier<String> probeSecret,
      BooleanSupplier leads,
      ControlPlane control,
      Time time) {
    this.entry = entry;
    this.api = api;
    this.servers = servers;
    this.nodes = nodes;
    this.tokens = new ClusterTokens(servers.things(), codec);
    this.forwarding = forwarding;
    this.thawing = thawing;
    this.signals = signals;
    this.reports = reports;
    this.calls = calls;
    this.probeSecret = probeSecret;
    this.leads = leads;
    this.control = control;
    this.time = time;
  }

  @Override
  public Optional<NodeReport.Heard> report(NodeReport report) {
    if (!leads.getAsBoolean()) {
      return Optional.empty();
    }
    reports.accept(report);
    return Optional.of(new NodeReport.Heard(probeSecret.get()));
  }

  @Override
  public CompletionStage<CommandResult> submit(Command command, Actor actor) {
    return control.submit(command, actor);
  }

  @Override
  public Optional<Explanation> explain(String subject) {
    return control.explain(subject);
  }

  @Override
  public Optional<Operation> operation(String id) {
    return control.operation(id);
  }

  @Override
  public void thaw(ServiceName service, String reason) {
    thawing.accept(service, reason);
  }

  @Override
  public Use use(InstanceId instance, long generation) {
    Use use = Use.NONE;
    for (ServiceSignals service : signals.ownSignals()) {
      for (InstanceSignals one : service.instances()) {
        if (one.id().equals(instance) && one.generation() == generation) {
          if (one.routed()) {
            return Use.ROUTED;
          }
          use = one.inFlight() > 0 ? Use.IN_FLIGHT : use;
        }
      }
    }
    return use;
  }

  @Override
  public List<TransactionRun.Call> calls(String runId) {
    return calls.take(runId);
  }

  @Override
  public JoinOutcome join(JoinRequest request) {
    Instant now = time.wallClock();
    try {
      Optional<String> refusal = refusal(request, now);
      if (refusal.isPresent()) {
        return new JoinOutcome.Refused(refusal.get());
      }
      if (entry.authority().current().isEmpty() && !request.forwarded()) {
        return forward(request);
      }
      return issue(
          request.node(),
          request.host(),
          request.certificateRequest(),
          Optional.of(request.coordinationPort()).filter(port -> port > 0),
          now);
    } catch (IOException e) {
      return new JoinOutcome.Refused(
          "the cluster cannot be asked now: " + e.getMessage() + " (expected: a quorum)");
    }
  }

  private Optional<String> refusal(JoinRequest request, Instant now) throws IOException {
    return switch (JoinToken.parse(request.token())) {
      case JoinToken.Parsed.Invalid(String reason) -> Optional.of(reason);
      case JoinToken.Parsed.Valid(JoinToken token) -> tokens.refusal(token, entry.clusterId(), now);
    };
  }

  /** To those that carry the coordination: they have the key of the authority. */
  private JoinOutcome forward(JoinRequest request) {
    JoinRequest handedOn =
        new JoinRequest(
            request.token(),
            request.node(),
            request.host(),
            request.coordinationPort(),
            request.certificateRequest(),
            true);
    List<String> problems = new ArrayList<>();
    for (Member member : servers.members()) {
      Optional<Address> server = nodes.api(member.node());
      try {
        if (server.isPresent()) {
          return forwarding.join(server.get(), handedOn);
        }
      } catch (IOException e) {
        problems.add(server.get() + ": " + e.getMessage());
      }
    }
    return new JoinOutcome.Refused(
        "this server has not the key of the cluster's authority, and none that has answers "
            + problems);
  }

  @Override
  public JoinOutcome renew(NodeName node, String certificateRequest) {
    Optional<NodeRecord> record = nodes.record(node);
    if (record.isEmpty()) {
      return new JoinOutcome.Refused(
          nodes.isKnown()
              ? "node: " + node + " (expected: one that was not removed from the cluster)"
              : "the nodes of the cluster are not known here yet (expected: later)");
    }
    try {
      return issue(
          node, record.get().host(), certificateRequest, Optional.empty(), time.wallClock());
    } catch (IOException e) {
      return new JoinOutcome.Refused("the cluster cannot be asked now: " + e.getMessage());
    }
  }

  /**
   * Issues a certificate.
   *
   * @param joins the coordination port of a node that joins; empty: it is in already
   */
  private JoinOutcome issue(
      NodeName node, String host, String certificateRequest, Optional<Integer> joins, Instant now)
      throws IOException {
    Optional<ClusterAuthority> kept = entry.authority().current();
    if (kept.isEmpty()) {
      return new JoinOutcome.Refused(
          "this server has not the key of the cluster's authority (expected: one of "
              + servers.members().stream().map(Member::host).toList()
              + ")");
    }
    ClusterAuthority issuer = kept.get();
    return switch (issuer.issue(certificateRequest, node, host, now)) {
      case Issuance.Refused(String reason) -> new JoinOutcome.Refused(reason);
      case Issuance.Issued(String certificate) -> {
        Optional<Member> seat =
            joins.isPresent() ? servers.place(node, host, joins.get()) : seatOf(node);
        boolean trusted = seat.isPresent() || servers.external().isPresent();
        yield new JoinOutcome.Granted(
            issuer.clusterId(),
            issuer.certificatePem(),
            certificate,
            servers.members(),
            seat,
            trusted ? Optional.of(KeptAuthority.exported(issuer)) : Optional.empty(),
            servers.external());
      }
    };
  }

  private Optional<Member> seatOf(NodeName node) {
    return servers.members().stream().filter(member -> member.node().equals(node)).findFirst();
  }

  @Override
  public IssuedToken issueToken(Duration validity, Actor actor) {
    JoinToken token =
        JoinToken.issue(
            entry.clusterId(),
            entry.tls().identity().authorityFingerprint(),
            validity,
            time.wallClock());
    try {
      tokens.add(token.stored(), time.wallClock());
    } catch (IOException e) {
      throw new UncheckedIOException("the token cannot be kept: " + e.getMessage(), e);
    }
    return new IssuedToken(token.text(), api.toString(), validity);
  }
}

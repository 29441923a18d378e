package io.mainstay.server.cluster;

import io.mainstay.identity.ClusterAuthority;
import io.mainstay.identity.Issuance;
import io.mainstay.identity.JoinToken;
import io.mainstay.model.Actor;
import io.mainstay.model.Address;
import io.mainstay.model.NodeName;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.Operation;
import io.mainstay.ports.ClusterControl;
import io.mainstay.ports.ControlPlane;
import io.mainstay.ports.ModelCodec;
import io.mainstay.ports.NodeReport;
import io.mainstay.ports.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/** What this server answers to other servers, and to machines that want to be one. Any thread. */
public final class ClusterDesk implements ClusterControl {
  private final Optional<ClusterAuthority> authority;
  private final Address api;
  private final Servers servers;
  private final StoredTokens tokens;
  private final GatheredSignals signals;
  private final BooleanSupplier leads;
  private final ControlPlane control;
  private final Time time;

  /** Who carries the coordination, and who may come to. */
  public interface Servers {
    /** Those that do now. */
    List<Member> members();

    /**
     * A place for a node, if one is free: kept for it, so that two that join at once get two.
     *
     * @throws IOException if the cluster cannot be asked now
     */
    Optional<Member> place(NodeName node, String host) throws IOException;
  }

  /**
   * Reads the tokens that are kept in {@code folder}.
   *
   * @param authority empty: this server lets nobody in
   * @param api where other machines reach this server
   * @throws IOException if they cannot be read
   */
  public ClusterDesk(
      Path folder,
      ModelCodec codec,
      Optional<ClusterAuthority> authority,
      Address api,
      Servers servers,
      GatheredSignals signals,
      BooleanSupplier leads,
      ControlPlane control,
      Time time)
      throws IOException {
    this.authority = authority;
    this.api = api;
    this.servers = servers;
    this.tokens = new StoredTokens(folder, codec);
    this.signals = signals;
    this.leads = leads;
    this.control = control;
    this.time = time;
  }

  @Override
  public boolean report(NodeReport report) {
    if (leads.getAsBoolean()) {
      signals.accept(report);
      return true;
    }
    return false;
  }

  @Override
  public CompletionStage<CommandResult> submit(Command command, Actor actor) {
    return control.submit(command, actor);
  }

  @Override
  public Optional<Operation> operation(String id) {
    return control.operation(id);
  }

  @Override
  public JoinOutcome join(JoinRequest request) {
    Instant now = time.wallClock();
    switch (JoinToken.parse(request.token())) {
      case JoinToken.Parsed.Invalid(String reason) -> {
        return new JoinOutcome.Refused(reason);
      }
      case JoinToken.Parsed.Valid(JoinToken token) -> {
        Optional<String> refusal = tokens.refusal(token, now);
        if (refusal.isPresent()) {
          return new JoinOutcome.Refused(refusal.get());
        }
      }
    }
    return issue(request.node(), request.host(), request.certificateRequest(), true, now);
  }

  @Override
  public JoinOutcome renew(NodeName node, String certificateRequest) {
    String host =
        servers.members().stream()
            .filter(member -> member.node().equals(node))
            .map(Member::host)
            .findFirst()
            .orElse(node.value());
    return issue(node, host, certificateRequest, false, time.wallClock());
  }

  private JoinOutcome issue(
      NodeName node, String host, String certificateRequest, boolean joins, Instant now) {
    if (authority.isEmpty()) {
      return new JoinOutcome.Refused(
          "this server has not the key of the cluster's authority (expected: one of "
              + servers.members().stream().map(Member::host).toList()
              + ")");
    }
    ClusterAuthority issuer = authority.get();
    return switch (issuer.issue(certificateRequest, node, host, now)) {
      case Issuance.Refused(String reason) -> new JoinOutcome.Refused(reason);
      case Issuance.Issued(String certificate) -> {
        Optional<Member> taken;
        try {
          taken = joins ? servers.place(node, host) : Optional.empty();
        } catch (IOException e) {
          yield new JoinOutcome.Refused(
              "the cluster cannot be asked now: " + e.getMessage() + " (expected: a quorum)");
        }
        yield new JoinOutcome.Granted(
            issuer.clusterId(),
            issuer.certificatePem(),
            certificate,
            servers.members(),
            taken,
            taken.map(member -> Base64.getEncoder().encodeToString(issuer.toBytes())));
      }
    };
  }

  @Override
  public IssuedToken issueToken(Duration validity, Actor actor) {
    JoinToken token =
        JoinToken.issue(
            authority.orElseThrow(
                () -> new IllegalStateException("this server has not the key of the authority")),
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

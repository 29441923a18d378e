package io.mainstay.ports;

import io.mainstay.model.Actor;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.Explanation;
import io.mainstay.model.state.Operation;
import io.mainstay.model.state.TransactionRun;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What the other servers of a cluster, and those that want to join, ask of this one. Callers are
 * known by their node certificate, joining ones by a token. Any thread; may block for a moment.
 */
public interface ClusterControl {
  /** Takes a report in, if this server decides; empty if it does not. */
  Optional<NodeReport.Heard> report(NodeReport report);

  /** Has a command carried out that another server was given. */
  CompletionStage<CommandResult> submit(Command command, Actor actor);

  /** Why a service, an instance or a node is in its state, as this server knows. */
  Optional<Explanation> explain(String subject);

  /** An operation that this server began for another one. */
  Optional<Operation> operation(String id);

  /** Thaws a warm standby of this node, if there is one: the traffic of another one wants it. */
  void thaw(ServiceName service, String reason);

  /**
   * What this node's gateway still has to do with a run of another node that is being drained.
   *
   * @param generation of the run
   */
  Use use(InstanceId instance, long generation);

  /**
   * Takes out what this node's gateway saw of the requests of a run of a transaction.
   *
   * @param runId as {@link MarkedCalls#take} wants it
   */
  List<TransactionRun.Call> calls(String runId);

  /** What a gateway has to do with a run. */
  enum Use {
    /** Nothing, any more. */
    NONE,
    /** Requests are in flight; no new one is sent. */
    IN_FLIGHT,
    /** It has not heard that the run is being drained: new requests may go there. */
    ROUTED
  }

  /** Lets a machine in. */
  JoinOutcome join(JoinRequest request);

  /** Renews the certificate of a node that is in already. */
  JoinOutcome renew(NodeName node, String certificateRequest);

  /**
   * Makes a join token.
   *
   * @param validity how long it may be used
   */
  IssuedToken issueToken(Duration validity, Actor actor);

  /**
   * A machine asks to be let in.
   *
   * @param token the text that {@code mainstay token} printed
   * @param node its name; it must be new, or the same machine again
   * @param host where others reach it
   * @param coordinationPort the first of the three at which it would carry the coordination; 0: it
   *     never shall
   * @param certificateRequest PKCS#10 in PEM
   * @param forwarded whether another server, which cannot let it in itself, hands this on
   */
  record JoinRequest(
      String token,
      NodeName node,
      String host,
      int coordinationPort,
      String certificateRequest,
      boolean forwarded) {}

  /** What became of it. */
  sealed interface JoinOutcome {
    /**
     * It is in.
     *
     * @param clusterId of the cluster
     * @param certificateAuthority of the cluster, PEM
     * @param certificate for the node, PEM
     * @param servers who carries the coordination now
     * @param place the place in it that the node is to take, if one is free
     * @param authorityKey base64; only to those who take a place, so that they can let others in
     *     when this server is gone
     * @param external the ensemble of somebody else that all servers use, as {@code zk://…}
     */
    record Granted(
        String clusterId,
        String certificateAuthority,
        String certificate,
        List<Member> servers,
        Optional<Member> place,
        Optional<String> authorityKey,
        Optional<String> external)
        implements JoinOutcome {
      /** Copies the list. */
      public Granted {
        servers = List.copyOf(servers);
      }
    }

    /** It is not: what was wrong, and what was expected. */
    record Refused(String reason) implements JoinOutcome {}
  }

  /**
   * One server that carries the coordination.
   *
   * @param id 1 to 255, never used twice in a cluster
   * @param node its name
   * @param host where others reach it
   * @param clientPort for clients, by TLS
   * @param quorumPort between servers
   * @param electionPort between servers
   */
  record Member(
      int id, NodeName node, String host, int clientPort, int quorumPort, int electionPort) {}

  /**
   * A token that was just made.
   *
   * @param text what {@code join --token} takes
   * @param server where to join, as HOST:PORT
   * @param validity how long
   */
  record IssuedToken(String text, String server, Duration validity) {}
}

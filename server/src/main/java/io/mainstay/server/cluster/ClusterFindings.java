package io.mainstay.server.cluster;

import io.mainstay.cli.MachineReport.Finding;
import io.mainstay.cli.MachineReport.Level;
import io.mainstay.identity.NodeIdentity;
import io.mainstay.model.Address;
import io.mainstay.zookeeper.ExternalEnsemble;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@code mainstay doctor} finds about the cluster that a data folder belongs to: its
 * certificate, and the ensemble of somebody else that it uses.
 */
public final class ClusterFindings {
  private static final int CONNECT_MILLIS = 2_000;
  private static final Duration RENEWED_BY_THEN = Duration.ofDays(9);

  private ClusterFindings() {}

  /** Nothing for a machine that stands alone. */
  public static List<Finding> of(Path data, Instant now) {
    Path folder = ClusterEntry.folderOf(data);
    List<Finding> findings = new ArrayList<>();
    try {
      NodeIdentity.load(folder).ifPresent(identity -> findings.add(certificate(identity, now)));
      Optional<String> ensemble = ExternalCoordination.kept(folder);
      if (ensemble.isPresent()) {
        findings.addAll(ensemble(ensemble.get()));
      }
    } catch (IOException e) {
      findings.add(
          new Finding(
              "cluster", Level.FAILED, folder + ": " + e.getMessage(), "join again with a token"));
    }
    return findings;
  }

  private static Finding certificate(NodeIdentity identity, Instant now) {
    Instant end = identity.certificate().getNotAfter().toInstant();
    Duration left = Duration.between(now, end);
    String until = "good until " + end;
    if (!left.isPositive()) {
      return new Finding(
          "certificate of this node",
          Level.FAILED,
          "ended at " + end,
          "'mainstay token' on another server, then join with it on this data folder");
    }
    return left.compareTo(RENEWED_BY_THEN) < 0
        ? new Finding(
            "certificate of this node",
            Level.WARNING,
            until + ", and not renewed yet",
            "'mainstay events' says why (node-certificate-failed)")
        : new Finding("certificate of this node", Level.OK, until, "");
  }

  private static List<Finding> ensemble(String text) {
    if (!(ExternalEnsemble.parse(text) instanceof ExternalEnsemble.Parsed.Valid valid)) {
      return List.of(
          new Finding("coordination", Level.FAILED, text, "start with --coordination zk://…"));
    }
    List<Address> servers = valid.ensemble().servers();
    List<Address> silent = servers.stream().filter(server -> !answers(server)).toList();
    int up = servers.size() - silent.size();
    String found = text + ": " + up + " of " + servers.size() + " servers accept connections";
    if (2 * up <= servers.size()) {
      return List.of(
          new Finding(
              "coordination",
              Level.FAILED,
              found,
              "without a majority nothing is decided; start or reach " + silent));
    }
    if (!silent.isEmpty()) {
      return List.of(new Finding("coordination", Level.WARNING, found, "start or reach " + silent));
    }
    return List.of(
        servers.size() % 2 == 0
            ? new Finding(
                "coordination",
                Level.WARNING,
                found + ", an even number",
                "one server more or less: the loss of half of them stops it")
            : new Finding("coordination", Level.OK, found, ""));
  }

  private static boolean answers(Address server) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(server.host(), server.port()), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}

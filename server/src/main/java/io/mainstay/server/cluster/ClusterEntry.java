package io.mainstay.server.cluster;

import io.mainstay.identity.ClusterAuthority;
import io.mainstay.identity.Issuance;
import io.mainstay.identity.JoinToken;
import io.mainstay.identity.NodeIdentity;
import io.mainstay.identity.NodeKey;
import io.mainstay.identity.NodeTls;
import io.mainstay.model.Address;
import io.mainstay.model.NodeName;
import io.mainstay.ports.ClusterControl.JoinOutcome.Granted;
import io.mainstay.ports.ClusterControl.Member;
import io.mainstay.ports.ModelCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * As whom this machine is in its cluster: made once, by founding or joining, kept in the folder
 * {@code cluster} of the data folder, and found there at every later start.
 *
 * @param folder where it is kept
 * @param tls with this node's key
 * @param authority its key, if this server may let others in
 * @param admission what the machine was told when it joined; empty for the founder
 * @param host where other machines reach this one
 */
public record ClusterEntry(
    Path folder, NodeTls tls, KeptAuthority authority, Optional<Admission> admission, String host) {
  private static final String FOLDER = "cluster";
  private static final String ADMISSION = "admission.json";

  /**
   * What a machine was told when it joined.
   *
   * @param host under which it joined
   * @param servers who carried the coordination then
   * @param place its own place among them, if it was given one
   * @param external the ensemble of somebody else that carries it instead, as {@code zk://…}
   */
  public record Admission(
      String host, List<Member> servers, Optional<Member> place, Optional<String> external) {
    /** Copies the list. */
    public Admission {
      servers = List.copyOf(servers);
    }
  }

  /** The cluster that it is. */
  public String clusterId() {
    return tls.identity().authority().getSubjectX500Principal().getName().replaceFirst("^CN=", "");
  }

  /**
   * Shows a renewed certificate from now on, here and in the coordination, which reads its files
   * anew for each connection.
   *
   * @throws IOException if the disk does not take it; then the old one stays in use
   */
  public void use(NodeIdentity renewed) throws IOException {
    if (!Arrays.equals(renewed.authorityFingerprint(), tls.identity().authorityFingerprint())) {
      throw new IOException("certificate: of another cluster");
    }
    renewed.save(folder);
    tls.renew(renewed);
  }

  /** Where a data folder keeps it. */
  static Path folderOf(Path data) {
    return data.resolve(FOLDER);
  }

  /**
   * Finds it, or founds a cluster of one.
   *
   * @param host where other machines reach this one
   * @throws IOException if what is kept cannot be read or written
   */
  public static ClusterEntry found(
      Path data, NodeName node, String host, Instant now, ModelCodec codec) throws IOException {
    Path folder = folder(data);
    Optional<NodeIdentity> kept = NodeIdentity.load(folder);
    if (kept.isEmpty()) {
      ClusterAuthority authority = ClusterAuthority.create(UUID.randomUUID(), now);
      authority.save(folder);
      NodeKey key = NodeKey.generate(node);
      issue(authority, key, node, host, now).save(folder);
    }
    return again(data, node, codec, Optional.of(host), now);
  }

  private static NodeIdentity issue(
      ClusterAuthority authority, NodeKey key, NodeName node, String host, Instant now)
      throws IOException {
    return switch (authority.issue(key.request(), node, host, now)) {
      case Issuance.Issued(String certificate) ->
          key.accept(certificate, authority.certificatePem());
      case Issuance.Refused(String reason) -> throw new IOException(reason);
    };
  }

  /**
   * Joins, or finds what an earlier join left.
   *
   * @param host where other machines reach this one; empty: as the server sees it
   * @param token needed unless the folder belongs to a cluster already, with a certificate that is
   *     still good
   * @param port the first of the three at which it would carry the coordination
   * @throws IOException if it is not let in, or what is kept cannot be read or written
   */
  public static ClusterEntry join(
      Path data,
      NodeName node,
      Optional<String> host,
      Address server,
      Optional<String> token,
      int port,
      ModelCodec codec,
      Instant now)
      throws IOException {
    Path folder = folder(data);
    Optional<NodeIdentity> kept = NodeIdentity.load(folder);
    boolean ended =
        kept.filter(one -> !one.isValid(now)).isPresent()
            && ClusterAuthority.load(folder).isEmpty();
    if (kept.isEmpty() || ended) {
      if (token.isEmpty()) {
        throw new IOException(
            "--token: absent (expected: a token, since "
                + (ended
                    ? "the certificate of this node ended while it was away"
                    : folder + " belongs to no cluster yet")
                + "; 'mainstay token' on a server makes one)");
      }
      JoinHandshake handshake = new JoinHandshake(server, codec);
      String own = host.isPresent() ? host.get() : handshake.ownAddress();
      JoinHandshake.Admitted admitted =
          switch (JoinToken.parse(token.get())) {
            case JoinToken.Parsed.Invalid(String reason) -> throw new IOException(reason);
            case JoinToken.Parsed.Valid(JoinToken valid) -> handshake.ask(valid, node, own, port);
          };
      keep(folder, own, admitted, codec);
    }
    return again(data, node, codec, host, now);
  }

  private static void keep(
      Path folder, String host, JoinHandshake.Admitted admitted, ModelCodec codec)
      throws IOException {
    Granted granted = admitted.granted();
    Files.write(
        folder.resolve(ADMISSION),
        codec.write(new Admission(host, granted.servers(), granted.place(), granted.external())));
    if (granted.authorityKey().isPresent()) {
      KeptAuthority.in(folder).accept(granted.authorityKey().get());
    }
    // Last: with the key the folder counts as one that has joined.
    admitted.identity().save(folder);
  }

  private static ClusterEntry again(
      Path data, NodeName node, ModelCodec codec, Optional<String> host, Instant now)
      throws IOException {
    Path folder = folder(data);
    NodeIdentity identity =
        NodeIdentity.load(folder)
            .orElseThrow(() -> new IOException(folder + ": the key of this node is gone"));
    Optional<Admission> admission = admission(folder.resolve(ADMISSION), codec);
    KeptAuthority authority = KeptAuthority.in(folder);
    String at = host.or(() -> admission.map(Admission::host)).orElse("");
    ClusterEntry entry = new ClusterEntry(folder, new NodeTls(identity), authority, admission, at);
    if (!identity.isValid(now) && authority.current().isPresent()) {
      // It was away for long; nobody speaks to it with this one.
      entry.use(issue(authority.current().get(), NodeKey.generate(node), node, at, now));
    }
    return entry;
  }

  private static Optional<Admission> admission(Path file, ModelCodec codec) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(codec.read(Files.readAllBytes(file), Admission.class));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private static Path folder(Path data) throws IOException {
    Path folder = folderOf(data);
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    return folder;
  }
}

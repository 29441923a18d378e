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
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * As whom this machine is in its cluster: made once, by founding or joining, kept in the folder
 * {@code cluster} of the data folder, and found there at every later start.
 *
 * @param folder where it is kept
 * @param tls with this node's key
 * @param authority if this server may let others in
 * @param admission what the machine was told when it joined; empty for the founder
 * @param host where other machines reach this one
 */
public record ClusterEntry(
    Path folder,
    NodeTls tls,
    Optional<ClusterAuthority> authority,
    Optional<Admission> admission,
    String host) {
  private static final String FOLDER = "cluster";
  private static final String ADMISSION = "admission.json";

  /**
   * What a machine was told when it joined.
   *
   * @param host under which it joined
   * @param servers who carried the coordination then
   * @param place its own place among them, if it was given one
   */
  public record Admission(String host, List<Member> servers, Optional<Member> place) {
    /** Copies the list. */
    public Admission {
      servers = List.copyOf(servers);
    }
  }

  /** The cluster that it is. */
  public String clusterId() {
    return tls.identity().authority().getSubjectX500Principal().getName().replaceFirst("^CN=", "");
  }

  /** Whether a data folder belongs to a cluster already. */
  public static boolean exists(Path data) throws IOException {
    return NodeIdentity.load(data.resolve(FOLDER)).isPresent();
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
      switch (authority.issue(key.request(), node, host, now)) {
        case Issuance.Issued(String certificate) ->
            key.accept(certificate, authority.certificatePem()).save(folder);
        case Issuance.Refused(String reason) -> throw new IOException(reason);
      }
    }
    return again(data, codec, Optional.of(host));
  }

  /**
   * Joins, or finds what an earlier join left.
   *
   * @param host where other machines reach this one; empty: as the server sees it
   * @param token needed unless the folder belongs to a cluster already
   * @throws IOException if it is not let in, or what is kept cannot be read or written
   */
  public static ClusterEntry join(
      Path data,
      NodeName node,
      Optional<String> host,
      Address server,
      Optional<String> token,
      ModelCodec codec)
      throws IOException {
    Path folder = folder(data);
    if (NodeIdentity.load(folder).isEmpty()) {
      if (token.isEmpty()) {
        throw new IOException(
            "--token: absent (expected: a token, since "
                + folder
                + " belongs to no cluster yet; 'mainstay token' on a server makes one)");
      }
      JoinHandshake handshake = new JoinHandshake(server, codec);
      String own = host.isPresent() ? host.get() : handshake.ownAddress();
      JoinHandshake.Admitted admitted =
          switch (JoinToken.parse(token.get())) {
            case JoinToken.Parsed.Invalid(String reason) -> throw new IOException(reason);
            case JoinToken.Parsed.Valid(JoinToken valid) -> handshake.ask(valid, node, own);
          };
      keep(folder, own, admitted, codec);
    }
    return again(data, codec, host);
  }

  private static void keep(
      Path folder, String host, JoinHandshake.Admitted admitted, ModelCodec codec)
      throws IOException {
    Granted granted = admitted.granted();
    Files.write(
        folder.resolve(ADMISSION),
        codec.write(new Admission(host, granted.servers(), granted.place())));
    if (granted.authorityKey().isPresent()) {
      ClusterAuthority.fromBytes(Base64.getDecoder().decode(granted.authorityKey().get()))
          .save(folder);
    }
    // Last: with the key the folder counts as one that has joined.
    admitted.identity().save(folder);
  }

  private static ClusterEntry again(Path data, ModelCodec codec, Optional<String> host)
      throws IOException {
    Path folder = folder(data);
    NodeIdentity identity =
        NodeIdentity.load(folder)
            .orElseThrow(() -> new IOException(folder + ": the key of this node is gone"));
    Optional<Admission> admission = admission(folder.resolve(ADMISSION), codec);
    Optional<ClusterAuthority> authority = ClusterAuthority.load(folder);
    String at = host.or(() -> admission.map(Admission::host)).orElse("");
    return new ClusterEntry(folder, new NodeTls(identity), authority, admission, at);
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
    Path folder = data.resolve(FOLDER);
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    return folder;
  }
}

package io.mainstay.zookeeper;

import io.mainstay.model.Address;
import io.mainstay.ports.ModelCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/**
 * An ensemble that the user runs already.
 *
 * @param servers at least one
 * @param chroot the part of it that is ours: empty, or a path that begins with a slash and does not
 *     end with one; made if it is not there
 */
public record ExternalEnsemble(List<Address> servers, String chroot) {
  private static final String SCHEME = "zk://";
  private static final int PORT = 2181;
  private static final Pattern CHROOT = Pattern.compile("(/[A-Za-z0-9._-]+)*");

  /** Copies the list. */
  public ExternalEnsemble {
    servers = List.copyOf(servers);
  }

  /** What a text turned out to be. */
  public sealed interface Parsed {
    /** An address. */
    record Valid(ExternalEnsemble ensemble) implements Parsed {}

    /** None: what is wrong with it, and what was expected. */
    record Invalid(String reason) implements Parsed {}
  }

  /** Reads {@code zk://HOST:PORT,HOST:PORT/PATH}; the port may be left out, and the path. */
  public static Parsed parse(String text) {
    if (!text.startsWith(SCHEME)) {
      return new Parsed.Invalid(
          "\"" + text + "\" (expected: zk://HOST:PORT,HOST:PORT/PATH; TLS is not supported yet)");
    }
    String rest = text.substring(SCHEME.length());
    int slash = rest.indexOf('/');
    String path = slash < 0 ? "" : rest.substring(slash);
    String chroot = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    if (!CHROOT.matcher(chroot).matches() || chroot.contains("/.")) {
      return new Parsed.Invalid(
          "path \"" + path + "\" (expected: names of letters, digits, '.', '_', '-')");
    }
    List<Address> servers = new ArrayList<>();
    for (String server : (slash < 0 ? rest : rest.substring(0, slash)).split(",", -1)) {
      Optional<Address> address =
          Address.parse(server).or(() -> Address.parse(server + ":" + PORT));
      if (address.isEmpty() || address.get().port() == 0) {
        return new Parsed.Invalid("server \"" + server + "\" (expected: HOST:PORT)");
      }
      servers.add(address.get());
    }
    return new Parsed.Valid(new ExternalEnsemble(servers, chroot));
  }

  /**
   * Connects in the background.
   *
   * @param cluster keeps several clusters on one ensemble apart
   * @param codec of the stored values
   */
  public ZooKeeperCoordinator open(String cluster, ModelCodec codec) {
    return new ZooKeeperCoordinator(
        new Paths(chroot, cluster),
        codec,
        CompletableFuture.completedFuture(new Ensemble(new Endpoints(servers), Optional.empty())));
  }
}

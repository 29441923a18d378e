package io.mainstay.admin;

import io.mainstay.model.Address;
import io.mainstay.model.NodeName;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where and as whom the API answers.
 *
 * @param bind where it listens; port 0: any free port
 * @param node this server's name
 * @param version of Mainstay
 * @param dataDirectory absolute; holds {@code admin.token}
 * @param baseDirectory absolute; where relative paths of a file that is applied without {@code
 *     base-dir} start
 * @param token that every act must show
 */
public record AdminOptions(
    Address bind,
    NodeName node,
    String version,
    Path dataDirectory,
    Path baseDirectory,
    AdminToken token) {

  /**
   * Why the plain API may not listen there: other machines reach it by TLS only, on the address
   * that the server advertises. Empty: it may.
   */
  public static Optional<String> refuse(Address bind) {
    try {
      for (InetAddress address : InetAddress.getAllByName(bind.host())) {
        if (!address.isLoopbackAddress()) {
          return Optional.of(
              "admin address "
                  + bind
                  + ": not a loopback address (expected: 127.0.0.1, ::1 or localhost;"
                  + " with --advertise HOST it is served on HOST too, by TLS)");
        }
      }
      return Optional.empty();
    } catch (UnknownHostException e) {
      return Optional.of(
          "admin address " + bind + ": unknown host (expected: 127.0.0.1, ::1 or localhost)");
    }
  }
}

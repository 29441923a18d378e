package io.mainstay.zookeeper;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports that nobody has just now: a server of the coordination needs three in a row. */
final class FreePorts {
  private FreePorts() {}

  /** The first of three that are free on all addresses. */
  static int three() throws IOException {
    while (true) {
      try (ServerSocket first = new ServerSocket(0, 1, InetAddress.ofLiteral("0.0.0.0"));
          ServerSocket second = new ServerSocket(first.getLocalPort() + 1);
          ServerSocket third = new ServerSocket(first.getLocalPort() + 2)) {
        if (second.isBound() && third.isBound()) {
          return first.getLocalPort();
        }
      } catch (BindException e) {
        // Others use them: look further.
      }
    }
  }
}

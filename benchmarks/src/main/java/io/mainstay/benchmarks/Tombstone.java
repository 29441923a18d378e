package io.mainstay.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes the port of an instance the moment it is dead, and writes down who still connects to it:
 * what a dead process cannot do.
 */
final class Tombstone implements AutoCloseable {
  private final ServerSocket server;
  private final long boundAt;
  private final List<Long> connects = new CopyOnWriteArrayList<>();

  private Tombstone(ServerSocket server, long boundAt) {
    this.server = server;
    this.boundAt = boundAt;
  }

  /** Tries until the port is free: from then on the process is known to be dead. */
  static Tombstone on(int port) throws IOException {
    long end = System.nanoTime() + 2_000_000_000L;
    while (true) {
      ServerSocket socket = new ServerSocket();
      try {
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
        Tombstone tombstone = new Tombstone(socket, System.nanoTime());
        Thread.ofPlatform().daemon().start(tombstone::accept);
        return tombstone;
      } catch (IOException e) {
        socket.close();
        if (System.nanoTime() - end > 0) {
          throw e;
        }
        LockSupport.parkNanos(200_000);
      }
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        connects.add(System.nanoTime());
        socket.close();
      } catch (IOException e) {
        return;
      }
    }
  }

  /** When the port was free. */
  long boundAt() {
    return boundAt;
  }

  /** When somebody connected. */
  List<Long> connects() {
    return connects;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}

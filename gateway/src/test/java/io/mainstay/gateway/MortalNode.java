package io.mainstay.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An instance whose node can die: connections stay, but nothing is answered, and packets of new
 * ones are dropped, as the kernel does once the queue of a listening socket is full.
 */
final class MortalNode implements AutoCloseable {
  private static final int QUEUE = 64;

  private final ServerSocket server;
  private final List<Socket> fillers = new ArrayList<>();
  private final AtomicInteger answered = new AtomicInteger();
  private final Semaphore life = new Semaphore(1);
  private volatile boolean closed;

  MortalNode() {
    try {
      server = new ServerSocket(0, QUEUE, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  int answered() {
    return answered.get();
  }

  private void pass() {
    life.acquireUninterruptibly();
    life.release();
  }

  private void accept() {
    while (!closed) {
      try {
        pass();
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = socket.getInputStream();
      while (!closed) {
        String line = TestBackend.line(in);
        while (!line.isEmpty()) {
          line = TestBackend.line(in);
        }
        pass();
        TestBackend.write(
            socket.getOutputStream(), "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nmortal");
        answered.incrementAndGet();
      }
    } catch (IOException e) {
      // The other side went away.
    }
  }

  /** Nothing is answered from now on. */
  void die() throws IOException {
    life.acquireUninterruptibly();
    boolean full = false;
    while (!full) {
      Socket filler = new Socket();
      try {
        filler.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()), 100);
        fillers.add(filler);
      } catch (IOException e) {
        filler.close();
        full = true;
      }
    }
  }

  /** Everything goes on where it was. */
  void revive() throws IOException {
    life.release();
    for (Socket filler : fillers) {
      filler.close();
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    if (life.availablePermits() == 0) {
      life.release();
    }
    for (Socket filler : fillers) {
      filler.close();
    }
    server.close();
  }
}

package io.mainstay.benchmarks;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A service to be broken: it writes down each request before it answers, and can be told over
 * {@code POST /mode/NAME} to answer badly while {@code /healthz} stays green. Paths: {@code /small}
 * and {@code /big} (100 B and 100 KiB), with {@code ?ms=} to think. Argument: a folder for its log.
 */
public final class Backend {
  /** How it answers. */
  enum Mode {
    OK,
    HANG,
    RESET,
    TRUNCATE,
    GARBAGE,
    ERRORS
  }

  private static final int HALF_MILLIS = 30;
  private static final byte[] SMALL = "x".repeat(100).getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BIG = "x".repeat(100 * 1024).getBytes(StandardCharsets.US_ASCII);

  private final FileChannel log;
  private final String instance;
  private volatile Mode mode = Mode.OK;

  private Backend(FileChannel log, String instance) {
    this.log = log;
    this.instance = instance;
  }

  /** See the class. */
  public static void main(String[] arguments) throws IOException {
    String name = System.getenv().getOrDefault("MAINSTAY_INSTANCE", "alone");
    long pid = ProcessHandle.current().pid();
    String address = System.getenv().getOrDefault("MAINSTAY_ADDRESS", "127.0.0.1");
    // On one of several machines an answer tells which process gave it.
    String instance =
        address.equals("127.0.0.1")
            ? name
            : name + "@" + System.getenv("MAINSTAY_NODE") + "." + pid;
    int port = Integer.parseInt(System.getenv("PORT"));
    Path file = Path.of(arguments[0], name + "." + pid + ".log");
    FileChannel log = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    Backend backend = new Backend(log, instance);
    try (ServerSocket server = new ServerSocket()) {
      server.bind(new InetSocketAddress(InetAddress.getByName(address), port), 1024);
      while (true) {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> backend.serve(socket));
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
      while (answer(socket, in, readHead(in))) {
        // The next request on this connection.
      }
    } catch (IOException e) {
      // The other side went away.
    }
  }

  private static String readHead(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream(512);
    int ends = 0;
    while (ends < 2) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException();
      }
      head.write(b);
      ends = b == '\n' ? ends + 1 : b == '\r' ? ends : 0;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  /** Whether the connection goes on. */
  private boolean answer(Socket socket, InputStream in, String head) throws IOException {
    String[] lines = head.split("\r\n", -1);
    String[] request = lines[0].split(" ", -1);
    long length = 0;
    String id = "-";
    for (String line : lines) {
      String lower = line.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Long.parseLong(line.substring(15).strip());
      } else if (lower.startsWith("x-load-id:")) {
        id = line.substring(10).strip();
      }
    }
    OutputStream out = socket.getOutputStream();
    String target = request[1];
    if (target.startsWith("/mode/")) {
      mode = Mode.valueOf(target.substring(6).toUpperCase(Locale.ROOT));
      good(out, SMALL);
      return true;
    }
    if (target.equals("/healthz")) {
      good(out, SMALL);
      return true;
    }
    write(request[0], id);
    in.skipNBytes(length);
    int at = target.indexOf("?ms=");
    if (at > 0) {
      think(Long.parseLong(target.substring(at + 4)));
    }
    return switch (mode) {
      case OK -> {
        if (target.startsWith("/halves")) {
          halves(out);
        } else {
          good(out, target.startsWith("/big") ? BIG : SMALL);
        }
        yield true;
      }
      case HANG -> {
        think(600_000);
        yield false;
      }
      case RESET -> {
        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        yield false;
      }
      case TRUNCATE -> {
        out.write(head("200 OK", 1000));
        out.write(SMALL);
        yield false;
      }
      case GARBAGE -> {
        out.write("\u0001\u0002 this is not HTTP\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        yield false;
      }
      case ERRORS -> {
        out.write(head("500 Internal Server Error", 0));
        yield true;
      }
    };
  }

  private static void think(long millis) throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private void write(String method, String id) throws IOException {
    String line = System.nanoTime() + " " + method + " " + id + "\n";
    log.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)));
  }

  private byte[] head(String status, int length) {
    String head =
        "HTTP/1.1 "
            + status
            + "\r\nX-Instance: "
            + instance
            + "\r\nContent-Length: "
            + length
            + "\r\n\r\n";
    return head.getBytes(StandardCharsets.US_ASCII);
  }

  /** An answer that takes a while once it has begun: a kill meets it half-way. */
  private void halves(OutputStream out) throws IOException {
    good(out, SMALL, 2 * SMALL.length);
    think(HALF_MILLIS);
    out.write(SMALL);
  }

  private void good(OutputStream out, byte[] body) throws IOException {
    good(out, body, body.length);
  }

  private void good(OutputStream out, byte[] body, int length) throws IOException {
    byte[] head = head("200 OK", length);
    byte[] all = Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    out.write(all);
  }
}

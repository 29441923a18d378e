package io.mainstay.cli;

import io.mainstay.model.Address;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import javax.net.SocketFactory;

/** Speaks the API of one server. One thread a call. */
final class AdminClient {
  private static final int PATIENCE_MILLIS = 60_000;
  private static final int STREAM_SILENCE_MILLIS = 30_000;
  private static final byte[] NOTHING = {};
  private final Address server;
  private final SocketFactory sockets;
  private final Optional<String> token;

  /**
   * For one server.
   *
   * @param sockets plain on this machine, TLS to others
   * @param token given by the user; without it the server's data folder is read
   */
  AdminClient(Address server, SocketFactory sockets, Optional<String> token) {
    this.server = server;
    this.sockets = sockets;
    this.token = token;
  }

  Address server() {
    return server;
  }

  /** Reads; an error of the server ends the command. */
  JsonTree get(String path) {
    return JsonTree.read(getBytes(path));
  }

  /** Reads; the bytes as the server sent them. */
  byte[] getBytes(String path) {
    Reply reply = call("GET", path, new LinkedHashMap<>(), NOTHING);
    if (reply.status() >= 300) {
      throw reply.failure();
    }
    return reply.body();
  }

  /** Reads; the answer whatever it is. */
  Reply tryGet(String path) {
    return call("GET", path, new LinkedHashMap<>(), NOTHING);
  }

  /** Acts, with the token; the answer whatever it is. */
  Reply act(String method, String path, String mediaType, byte[] body) {
    SequencedMap<String, String> headers = new LinkedHashMap<>();
    headers.put("Authorization", "Bearer " + token());
    headers.put("Content-Type", mediaType);
    String user = System.getProperty("user.name", "");
    if (user.matches("[A-Za-z0-9._@-]{1,64}")) {
      headers.put("X-Mainstay-Operator", user);
    }
    return call(method, path, headers, body);
  }

  private String token() {
    if (token.isPresent()) {
      return token.get();
    }
    Path file = Path.of(get("/api/v1/server").text("dataFolder"), "admin.token");
    try {
      return Files.readString(file, StandardCharsets.UTF_8).strip();
    } catch (NoSuchFileException e) {
      throw new CliFailure(
          ExitCode.FAILED,
          "token of the server: "
              + file
              + ": no such file (expected: the server's data folder on"
              + " this machine)");
    } catch (IOException e) {
      throw new CliFailure(
          ExitCode.FAILED,
          "token of the server: "
              + file
              + ": cannot be read (expected: to run as the user that"
              + " the server runs as)");
    }
  }

  private Reply call(
      String method, String path, SequencedMap<String, String> headers, byte[] body) {
    token.ifPresent(text -> headers.put("Authorization", "Bearer " + text));
    try (HttpLink link =
        new HttpLink(sockets, server, method, path, headers, body, PATIENCE_MILLIS)) {
      return new Reply(link.status(), link.body());
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  CliFailure unreachable(IOException e) {
    String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new CliFailure(
        ExitCode.NO_SERVER,
        "no server at "
            + server
            + ": "
            + why
            + " (expected: a running one; 'mainstay up FILE' starts one, --admin HOST:PORT or"
            + " MAINSTAY_ADMIN names another)");
  }

  /**
   * Reads server-sent events until the server ends the stream or it breaks.
   *
   * @param lastId of the last event that is known, or empty
   * @param event gets id (or empty), name and data of each
   * @throws IOException when it broke
   * @throws CliFailure if the server refuses
   */
  void stream(String path, String lastId, EventSink event) throws IOException {
    SequencedMap<String, String> headers = new LinkedHashMap<>();
    token.ifPresent(text -> headers.put("Authorization", "Bearer " + text));
    if (!lastId.isEmpty()) {
      headers.put("Last-Event-ID", lastId);
    }
    try (HttpLink link =
        new HttpLink(sockets, server, "GET", path, headers, NOTHING, STREAM_SILENCE_MILLIS)) {
      if (link.status() != 200) {
        throw new Reply(link.status(), link.body()).failure();
      }
      String id = "";
      String name = "";
      StringBuilder data = new StringBuilder();
      for (String line = link.bodyLine(); line != null; line = link.bodyLine()) {
        if (line.isEmpty()) {
          if (!data.isEmpty()) {
            event.event(id, name, data.substring(0, data.length() - 1));
          }
          id = "";
          name = "";
          data.setLength(0);
        } else if (line.startsWith("id: ")) {
          id = line.substring(4);
        } else if (line.startsWith("event: ")) {
          name = line.substring(7);
        } else if (line.startsWith("data: ")) {
          data.append(line, 6, line.length()).append('\n');
        }
      }
    }
  }

  /** Gets events of a stream. */
  interface EventSink {
    /** One event; {@code id} and {@code name} may be empty. */
    void event(String id, String name, String data);
  }
}

package io.mainstay.cli;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;

/** A stream that is taken up again where it broke, until the server is gone for good. */
final class FollowedStream {
  private static final int TRIES = 50;
  private final AdminClient client;
  private final Screen screen;

  FollowedStream(AdminClient client, Screen screen) {
    this.client = client;
    this.screen = screen;
  }

  /**
   * Hands on every event; returns never, but ends the command when the server stays away.
   *
   * @param path to which the cursor is added
   * @param cursor of the last known event; empty: from the oldest
   * @param sink gets name and data
   */
  void follow(String path, String cursor, BiConsumer<String, String> sink) {
    String[] last = {cursor};
    int failures = 0;
    while (true) {
      int[] seen = {0};
      IOException trouble = new IOException("the server ended the stream");
      try {
        client.stream(
            path + URLEncoder.encode(last[0], StandardCharsets.UTF_8),
            last[0],
            (id, name, data) -> {
              seen[0]++;
              last[0] = id.isEmpty() ? last[0] : id;
              sink.accept(name, data);
            });
      } catch (IOException e) {
        trouble = e;
      }
      failures = seen[0] > 0 ? 1 : failures + 1;
      if (failures > TRIES) {
        throw client.unreachable(trouble);
      }
      if (failures == 1) {
        screen.note("connection lost, trying again");
      }
      OperationWatch.pause();
    }
  }
}

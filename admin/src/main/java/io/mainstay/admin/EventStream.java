package io.mainstay.admin;

import io.mainstay.model.Event;
import io.mainstay.ports.EventJournal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Events as they happen. The subscription only wakes the stream up; what it sends it reads from the
 * journal behind the last cursor that it sent. So a slow client costs no memory, and nothing is
 * sent twice or left out where the past ends and the present begins.
 */
final class EventStream implements Response.Events {
  private static final int BATCH = 500;
  private static final long HEARTBEAT_SECONDS = 10;
  private final EventJournal journal;
  private final Optional<String> from;
  private final boolean everything;

  /**
   * A stream.
   *
   * @param from cursor of the last event that the client has
   * @param everything without a cursor: begin with the oldest event, not with the next one
   */
  EventStream(EventJournal journal, Optional<String> from, boolean everything) {
    this.journal = journal;
    this.from = from;
    this.everything = everything;
  }

  @Override
  public void write(ServerSentEvents out) throws Exception {
    Semaphore news = new Semaphore(0);
    try (AutoCloseable _ = journal.subscribe(_ -> news.release())) {
      Optional<String> cursor = from;
      if (from.isEmpty() && !everything) {
        List<Event> latest = journal.latest(1);
        cursor = latest.isEmpty() ? from : Optional.of(latest.getLast().cursor());
      }
      out.retry(1000);
      while (true) {
        cursor = send(out, cursor);
        if (!news.tryAcquire(HEARTBEAT_SECONDS, TimeUnit.SECONDS)) {
          out.heartbeat();
        }
        news.drainPermits();
      }
    }
  }

  private Optional<String> send(ServerSentEvents out, Optional<String> after) throws IOException {
    Optional<String> cursor = after;
    while (true) {
      List<Event> batch = journal.after(cursor, BATCH);
      for (Event event : batch) {
        out.event(
            Optional.of(event.cursor()),
            Optional.empty(),
            new String(Json.write(ModelJson.event(event)), StandardCharsets.UTF_8));
        cursor = Optional.of(event.cursor());
      }
      if (batch.size() < BATCH) {
        return cursor;
      }
    }
  }
}

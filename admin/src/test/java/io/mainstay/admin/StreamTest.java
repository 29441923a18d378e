package io.mainstay.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.EventKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreamTest {
  private final Running running = new Running();

  @AfterEach
  void close() {
    running.close();
  }

  private void append(int from, int to) {
    for (int i = from; i <= to; i++) {
      running.inside.events.append(FakeInside.event(EventKind.INSTANCE_STARTED, "start " + i));
    }
  }

  /** Waits for what another thread does. */
  static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + 10_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  void beginsWithWhatIsNew() throws IOException {
    append(1, 3);
    try (Running.Stream stream = running.stream("/api/v1/events/stream")) {
      assertThat(stream.until("retry: 1000\n\n"))
          .contains("text/event-stream", "no-store")
          .doesNotContain("id: ");
      append(4, 4);
      assertThat(stream.until("\n\n\r\n"))
          .contains("id: c4\n", "data: {\"cursor\":\"c4\"", "start 4")
          .doesNotContain("start 3");
    }
  }

  @Test
  void goesOnBehindTheLastEventThatTheClientSaw() throws IOException {
    append(1, 5);
    try (Running.Stream stream =
        running.stream("/api/v1/events/stream?after=c1", "Last-Event-ID: c3")) {
      assertThat(stream.until("id: c5")).contains("id: c4").doesNotContain("id: c3\n", "id: c2\n");
    }
    try (Running.Stream stream = running.stream("/api/v1/events/stream?after=c3")) {
      assertThat(stream.until("id: c5")).contains("id: c4").doesNotContain("id: c3\n");
    }
    try (Running.Stream stream = running.stream("/api/v1/events/stream?after=")) {
      assertThat(stream.until("id: c5")).contains("id: c1\n");
    }
  }

  @Test
  void losesAndRepeatsNothingWhilePastMeetsPresent() throws Exception {
    append(1, 1200);
    Thread writer = Thread.ofVirtual().start(() -> append(1201, 2000));
    try (Running.Stream stream = running.stream("/api/v1/events/stream?after=")) {
      List<String> ids =
          stream.until("id: c2000\n").lines().filter(line -> line.startsWith("id: ")).toList();
      List<String> wanted = new ArrayList<>();
      for (int i = 1; i <= 2000; i++) {
        wanted.add("id: c" + i);
      }
      assertThat(ids).isEqualTo(wanted);
    }
    writer.join();
  }

  @Test
  void letsGoOfClientsThatHaveGone() throws IOException {
    int before = running.inside.events.listeners.size();
    Running.Stream stream = running.stream("/api/v1/events/stream");
    stream.until("retry");
    assertThat(running.inside.events.listeners).hasSize(before + 1);
    stream.close();
    await(() -> {
      append(1, 1);
      return running.inside.events.listeners.size() == before;
    });
  }

  @Test
  void opensOnlySoManyStreams() throws IOException {
    List<Running.Stream> streams = new ArrayList<>();
    for (int i = 0; i < Limits.STREAMS; i++) {
      streams.add(running.stream("/api/v1/events/stream"));
      streams.getLast().until("retry");
    }
    Running.Answer refused = running.get("/api/v1/logs/shop-1?follow=true");
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.headers()).containsKey("retry-after");
    assertThat(running.get("/api/v1/status").status()).isEqualTo(200);
    for (Running.Stream stream : streams) {
      stream.close();
    }
    await(() -> {
      append(1, 1);
      return running.inside.events.listeners.size() == 1;
    });
    try (Running.Stream stream = running.stream("/api/v1/events/stream")) {
      assertThat(stream.until("retry")).contains("200 OK");
    }
  }

  @Test
  void followsTheLinesOfAnInstance() throws IOException {
    try (Running.Stream stream = running.stream("/api/v1/logs/shop-1?follow=true&lines=2")) {
      assertThat(stream.until("data: two\n\n")).contains("data: one\n\n");
      await(() -> running.inside.followers.size() == 1);
      running.inside.followers.forEach(follower -> follower.accept("three"));
      assertThat(stream.until("data: three\n\n")).doesNotContain("one");
    }
  }

  @Test
  void endsItsStreamsWhenItIsClosed() throws IOException {
    try (Running.Stream stream = running.stream("/api/v1/events/stream")) {
      stream.until("retry");
      running.server.close();
      assertThat(stream.in().readAllBytes().length).isLessThan(200);
    }
    assertThat(running.inside.events.listeners).isEmpty();
  }
}

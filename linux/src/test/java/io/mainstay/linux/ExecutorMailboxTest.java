package io.mainstay.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExecutorMailboxTest {
  private final List<Throwable> bugs = Collections.synchronizedList(new ArrayList<>());
  private final ExecutorMailbox mailbox = new ExecutorMailbox("test", bugs::add);

  @AfterEach
  void close() {
    mailbox.close();
  }

  @Test
  void runsPostedTasksInTheOrderOfTheirArrival() throws InterruptedException {
    List<Integer> seen = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(1);
    IntStream.range(0, 10_000).forEach(i -> mailbox.post(() -> seen.add(i)));
    mailbox.post(done::countDown);
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(seen).isEqualTo(IntStream.range(0, 10_000).boxed().toList());
  }

  @Test
  void runsADelayedTaskOnItsThreadAndNotACancelledOne() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    List<String> seen = new ArrayList<>();
    mailbox.after(Duration.ofMillis(10), () -> seen.add("cancelled")).cancel();
    mailbox.after(
        Duration.ofMillis(30),
        () -> {
          seen.add("own thread: " + mailbox.isOwnThread());
          done.countDown();
        });
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(seen).containsExactly("own thread: true");
  }

  @Test
  void reportsATaskThatThrowsAndGoesOn() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    mailbox.post(() -> {
      throw new IllegalStateException("our bug");
    });
    mailbox.post(done::countDown);
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(bugs).singleElement().hasToString("java.lang.IllegalStateException: our bug");
  }

  @Test
  void dropsTasksOnceClosed() {
    mailbox.close();
    mailbox.post(() -> bugs.add(new AssertionError("ran")));
    mailbox.after(Duration.ZERO, () -> bugs.add(new AssertionError("ran")));
    assertThat(bugs).isEmpty();
  }
}

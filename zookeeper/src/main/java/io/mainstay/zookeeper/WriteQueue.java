package io.mainstay.zookeeper;

import io.mainstay.ports.Coordinator.WriteResult;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.ModelCodec;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes one after the other on the coordinator's thread, and answers each. Any thread. */
final class WriteQueue {
  private static final Logger LOG = LoggerFactory.getLogger(WriteQueue.class);
  private static final int MAX_WAITING = 1_000;

  private final CoordinatorThread thread;
  private final ModelCodec codec;
  private final Supplier<Optional<ZooKeeper>> client;
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * Nothing waits yet.
   *
   * @param thread that writes
   * @param codec of the values
   * @param client empty while the coordinator cannot be reached; asked on the thread
   */
  WriteQueue(CoordinatorThread thread, ModelCodec codec, Supplier<Optional<ZooKeeper>> client) {
    this.thread = thread;
    this.codec = codec;
    this.client = client;
  }

  /** Something done with a client. */
  interface Step {
    WriteResult run(ZooKeeper client) throws KeeperException, InterruptedException;
  }

  /** A value written with a client. */
  interface Operation {
    WriteResult run(ZooKeeper client, byte[] value) throws KeeperException, InterruptedException;
  }

  void submit(Object value, Mailbox mailbox, Consumer<WriteResult> done, Operation operation) {
    enqueue(mailbox, done, () -> perform(value, operation));
  }

  void submit(Mailbox mailbox, Consumer<WriteResult> done, Step step) {
    enqueue(mailbox, done, () -> perform(step));
  }

  private void enqueue(Mailbox mailbox, Consumer<WriteResult> done, Supplier<WriteResult> work) {
    if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      mailbox.post(() -> done.accept(new WriteResult.Failed("too many writes wait")));
      return;
    }
    boolean accepted =
        thread.tryExecute(() -> {
          waiting.decrementAndGet();
          WriteResult result = work.get();
          mailbox.post(() -> done.accept(result));
        });
    if (!accepted) {
      mailbox.post(() -> done.accept(new WriteResult.Failed("the coordinator was closed")));
    }
  }

  private WriteResult perform(Object value, Operation operation) {
    byte[] bytes;
    try {
      bytes = codec.write(value);
    } catch (RuntimeException bug) {
      LOG.error("cannot encode a value", bug);
      return new WriteResult.Failed("the value cannot be encoded: " + bug.getMessage());
    }
    if (bytes.length > Writer.MAX_BYTES) {
      return new WriteResult.Failed(
          "the value has %d bytes (expected: at most %d)"
              .formatted(bytes.length, Writer.MAX_BYTES));
    }
    return perform(zookeeper -> operation.run(zookeeper, bytes));
  }

  private WriteResult perform(Step step) {
    Optional<ZooKeeper> now = client.get();
    if (now.isEmpty()) {
      return new WriteResult.Failed("the coordinator cannot be reached");
    }
    try {
      return step.run(now.get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new WriteResult.Failed("interrupted");
    } catch (KeeperException | RuntimeException e) {
      return new WriteResult.Failed(String.valueOf(e.getMessage()));
    }
  }
}

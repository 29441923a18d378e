package io.mainstay.gateway.endpoint;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Waits until nothing is in flight on a run that gets no new requests, and cuts what is left at the
 * limit. Tells once.
 */
final class Drain {
  private final Backend backend;
  private final EventLoop eventLoop;
  private final Consumer<Integer> drained;
  private final AtomicBoolean told = new AtomicBoolean();
  private final AtomicInteger cut = new AtomicInteger();

  Drain(Backend backend, EventLoop eventLoop, Consumer<Integer> drained) {
    this.backend = backend;
    this.eventLoop = eventLoop;
    this.drained = drained;
  }

  void begin(Duration limit) {
    Future<?> timer = eventLoop.schedule(this::cutRest, limit.toMillis(), TimeUnit.MILLISECONDS);
    backend.onIdle(() -> {
      timer.cancel(false);
      tell();
    });
    // It may have become idle before anybody listened.
    if (backend.inFlight() == 0) {
      timer.cancel(false);
      tell();
    }
  }

  private void cutRest() {
    // What is cut makes it idle: that is not to be told before all loops have counted theirs.
    backend.onIdle(null);
    AtomicInteger left = new AtomicInteger(backend.loops());
    for (int i = 0; i < backend.loops(); i++) {
      LoopBackend loop = backend.loop(i);
      loop.loop()
          .execute(() -> {
            cut.addAndGet(loop.cut());
            if (left.decrementAndGet() == 0) {
              tell();
            }
          });
    }
  }

  private void tell() {
    if (told.compareAndSet(false, true)) {
      backend.onIdle(null);
      eventLoop.execute(() -> drained.accept(cut.get()));
    }
  }
}

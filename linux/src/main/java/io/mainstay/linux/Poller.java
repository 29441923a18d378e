package io.mainstay.linux;

import io.mainstay.linux.calls.LinuxCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One platform thread that waits for many descriptors at once: process descriptors and pipes. So an
 * exit is seen the moment it happens, without a thread a process. Methods may be called from any
 * thread; everything that is given in runs on the poller's own.
 */
final class Poller implements AutoCloseable {
  private static final int ENTRY = 8; // struct pollfd
  private static final long ENTRY_RESULT = 6;
  private static final int WAIT_FOR_EVER = -1;
  private static final long PAUSE_AFTER_BUG_NANOS = 10_000_000;

  private final int wakeUp = LinuxCalls.eventfd();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final Map<Integer, BooleanSupplier> watched = new LinkedHashMap<>();
  private final Consumer<Throwable> bugs;
  private final Thread thread;
  private volatile boolean closed;

  Poller(String name, Consumer<Throwable> bugs) {
    this.bugs = bugs;
    thread = Thread.ofPlatform().name(name).daemon(true).start(this::loop);
  }

  /**
   * Watches a descriptor.
   *
   * @param ready called each time it is readable or hung up; answers whether to go on watching
   */
  void watch(int descriptor, BooleanSupplier ready) {
    execute(() -> watched.put(descriptor, ready));
  }

  /** Stops watching a descriptor, then runs {@code next}, which may close it. */
  void forget(int descriptor, Runnable next) {
    execute(() -> {
      watched.remove(descriptor);
      next.run();
    });
  }

  /** Runs a task on the poller's thread. */
  void execute(Runnable task) {
    tasks.add(task);
    LinuxCalls.wake(wakeUp);
  }

  /** Ends the thread; nothing is seen any more. The watched descriptors stay open. */
  @Override
  public void close() {
    execute(() -> closed = true);
    try {
      if (Thread.currentThread() != thread) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether a descriptor can be read, or is hung up, now. */
  static boolean isReady(int descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment entry = arena.allocate(ENTRY, ENTRY);
      set(entry, 0, descriptor);
      return LinuxCalls.poll(entry, 1, 0) > 0;
    }
  }

  private void loop() {
    while (!closed) {
      try (Arena arena = Arena.ofConfined()) {
        look(arena);
      } catch (Throwable bug) {
        bugs.accept(bug);
        LockSupport.parkNanos(PAUSE_AFTER_BUG_NANOS);
      }
    }
    LinuxCalls.close(wakeUp);
  }

  private void look(Arena arena) {
    MemorySegment counter = arena.allocate(ValueLayout.JAVA_LONG);
    MemorySegment entries = arena.allocate(ENTRY, ENTRY);
    while (!closed) {
      // Room for all, doubled when it is used up: an arena gives nothing back before its end.
      if (entries.byteSize() < ENTRY * (watched.size() + 1L)) {
        entries = arena.allocate(ENTRY * (watched.size() + 1L) * 2, ENTRY);
      }
      List<Integer> descriptors = List.copyOf(watched.keySet());
      fill(entries, descriptors);
      int ready = LinuxCalls.poll(entries, descriptors.size() + 1, WAIT_FOR_EVER);
      if (ready > 0 && resultOf(entries, 0)) {
        LinuxCalls.read(wakeUp, counter);
      }
      for (int i = 0; ready > 0 && i < descriptors.size(); i++) {
        if (resultOf(entries, i + 1)) {
          tell(descriptors.get(i));
        }
      }
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        runSafely(task);
      }
    }
  }

  private void fill(MemorySegment entries, List<Integer> descriptors) {
    set(entries, 0, wakeUp);
    for (int i = 0; i < descriptors.size(); i++) {
      set(entries, i + 1, descriptors.get(i));
    }
  }

  private static void set(MemorySegment entries, int index, int descriptor) {
    long at = (long) index * ENTRY;
    entries.set(ValueLayout.JAVA_INT, at, descriptor);
    entries.set(ValueLayout.JAVA_SHORT, at + 4, LinuxCalls.POLLIN);
    entries.set(ValueLayout.JAVA_SHORT, at + ENTRY_RESULT, (short) 0);
  }

  private static boolean resultOf(MemorySegment entries, int index) {
    return entries.get(ValueLayout.JAVA_SHORT, (long) index * ENTRY + ENTRY_RESULT) != 0;
  }

  private void tell(int descriptor) {
    BooleanSupplier ready = watched.get(descriptor);
    if (ready == null) {
      return;
    }
    runSafely(() -> {
      if (!ready.getAsBoolean()) {
        watched.remove(descriptor, ready);
      }
    });
  }

  private void runSafely(Runnable task) {
    try {
      task.run();
    } catch (Throwable bug) {
      bugs.accept(bug);
    }
  }
}

package io.mainstay.probes;

import io.mainstay.model.MonotonicTime;
import io.mainstay.ports.Time;
import io.mainstay.probes.Conversation.Answer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All connections of probes, on one thread that waits for whichever of them moves first or for the
 * next deadline. Nothing blocks it, so none that hangs delays another; between probes it sleeps.
 * The public face of it may be called by any thread.
 */
final class ProbeLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProbeLoop.class);
  private static final Duration PATIENCE_AT_CLOSE = Duration.ofSeconds(5);

  /** How long the rest of an answer may come that does not matter, so that no reset is sent. */
  private static final Duration POLITENESS = Duration.ofMillis(100);

  /**
   * How much longer such a connection may stay until the loop wakes up for something else: to be
   * closed in passing costs next to nothing, a waking for it costs as much as half a probe.
   */
  private static final Duration IN_PASSING = Duration.ofMillis(400);

  /** An error that comes again and again must not take a processor. */
  private static final Duration PAUSE_AFTER_ERROR = Duration.ofMillis(100);

  private static final int POLITE_BYTES = 64 * 1024;

  private final Time time;
  private final Selector selector;
  private final Thread thread;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final ByteBuffer block = ByteBuffer.allocateDirect(16 * 1024);
  private final TreeSet<Attempt> attempts =
      new TreeSet<>(
          Comparator.<Attempt, MonotonicTime>comparing(attempt -> attempt.deadline)
              .thenComparingLong(attempt -> attempt.number));

  /** Those of the attempts that have answered, the oldest first. */
  private final Queue<Attempt> lingering = new ArrayDeque<>();

  private long begun;
  private volatile boolean closed;

  /** Starts the thread. */
  ProbeLoop(Time time) throws IOException {
    this.time = time;
    this.selector = Selector.open();
    this.thread = Thread.ofPlatform().name("mainstay-probes").daemon(true).start(this::run);
  }

  /**
   * Begins an attempt: its time-out runs from now.
   *
   * @param address where to, if that is known already
   * @param done hears once, on the loop's thread; never after {@link #close}
   * @return takes the address once it is known, or what stood in the way of knowing it
   */
  Target begin(
      Duration timeout,
      Conversation conversation,
      Optional<InetSocketAddress> address,
      Consumer<Answer> done) {
    Attempt attempt = new Attempt(timeout, conversation, done, time.now().plus(timeout));
    post(() -> attempt.enrol(address));
    return attempt;
  }

  /** Where an attempt goes whose address was not known at first. Any thread, once. */
  interface Target {
    /** Connects there. */
    void at(InetSocketAddress address);

    /** There is nowhere to go. */
    void failed(IOException problem);
  }

  /** Closes all connections; whoever waits for an answer gets none. */
  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      thread.join(PATIENCE_AT_CLOSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void post(Runnable task) {
    tasks.add(task);
    if (Thread.currentThread() != thread) {
      selector.wakeup();
    }
  }

  private void run() {
    while (!closed) {
      try {
        selector.select(ProbeLoop::ready, waiting());
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
          task.run();
        }
        MonotonicTime now = time.now();
        while (!attempts.isEmpty() && !now.isBefore(attempts.first().deadline)) {
          attempts.first().due();
        }
        while (!lingering.isEmpty() && !now.isBefore(lingering.peek().politeUntil)) {
          lingering.peek().due();
        }
      } catch (IOException | RuntimeException e) {
        // A loop that has ended would leave every check without an answer.
        LOG.error("the loop of the probes goes on after an error", e);
        LockSupport.parkNanos(PAUSE_AFTER_ERROR.toNanos());
      }
    }
    attempts.forEach(Attempt::close);
    try {
      selector.close();
    } catch (IOException e) {
      LOG.debug("the selector did not close", e);
    }
  }

  /** Milliseconds to the next deadline, rounded up; 0 if there is none. */
  private long waiting() {
    if (attempts.isEmpty()) {
      return 0;
    }
    long nanos = attempts.first().deadline.since(time.now()).toNanos();
    return Math.max(1, (nanos + 999_999) / 1_000_000);
  }

  private static void ready(SelectionKey key) {
    if (key.attachment() instanceof Attempt attempt) {
      attempt.guarded(attempt::ready);
    }
  }

  /** What may go wrong with the network. */
  private interface Step {
    void take() throws IOException;
  }

  /** One probe under way; on the loop's thread but for {@link Target}. */
  private final class Attempt implements Target {
    private final Duration timeout;
    private final Conversation conversation;
    private final Consumer<Answer> done;
    private MonotonicTime deadline;
    private MonotonicTime politeUntil = MonotonicTime.ZERO;
    private long number;
    private ByteBuffer toSend = ByteBuffer.allocate(0);
    private Optional<SocketChannel> channel = Optional.empty();
    private boolean answered;

    Attempt(
        Duration timeout,
        Conversation conversation,
        Consumer<Answer> done,
        MonotonicTime deadline) {
      this.timeout = timeout;
      this.conversation = conversation;
      this.done = done;
      this.deadline = deadline;
    }

    @Override
    public void at(InetSocketAddress address) {
      post(() -> guarded(() -> connect(address)));
    }

    @Override
    public void failed(IOException problem) {
      post(() -> finish(new Answer(conversation.inVain(), describe(problem))));
    }

    void enrol(Optional<InetSocketAddress> address) {
      number = ++begun;
      attempts.add(this);
      if (address.isPresent()) {
        guarded(() -> connect(address.get()));
      }
    }

    void due() {
      if (!answered) {
        finish(new Answer(conversation.inVain(), "no answer within " + timeout.toMillis() + " ms"));
      } else {
        guarded(this::skipRest);
        end();
      }
    }

    /** Whatever goes wrong concerns this attempt only. */
    void guarded(Step step) {
      try {
        step.take();
      } catch (IOException e) {
        finish(new Answer(conversation.inVain(), describe(e)));
      } catch (RuntimeException e) {
        finish(Answer.unknown("the probe failed: " + e));
      }
    }

    private void connect(InetSocketAddress address) throws IOException {
      if (answered) {
        return; // the name was found too late
      }
      SocketChannel opened = SocketChannel.open();
      channel = Optional.of(opened);
      opened.configureBlocking(false);
      toSend = ByteBuffer.wrap(conversation.opening());
      // On the own machine the handshake is over when the call is: asking at once saves a waking.
      if (opened.connect(address) || opened.finishConnect()) {
        send(opened);
      } else {
        opened.register(selector, SelectionKey.OP_CONNECT, this);
      }
    }

    private void ready() throws IOException {
      SocketChannel open = channel.orElseThrow();
      SelectionKey key = open.keyFor(selector);
      if (key.isConnectable() && open.finishConnect()) {
        send(open);
      } else if (key.isWritable()) {
        send(open);
      } else if (key.isReadable()) {
        read(open);
      }
    }

    private void send(SocketChannel open) throws IOException {
      open.write(toSend);
      boolean all = !toSend.hasRemaining();
      // Replaces what it waited for before.
      open.register(
          selector,
          all ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE,
          this);
      if (all) {
        conversation.sent().ifPresent(this::finish);
      }
    }

    private void read(SocketChannel open) throws IOException {
      int count = open.read(block.clear());
      if (count < 0) {
        finish(conversation.ended());
      } else {
        conversation.came(block.flip()).ifPresent(this::finish);
        if (!answered) {
          reply(open, conversation.reply());
        }
      }
    }

    private void reply(SocketChannel open, byte[] bytes) throws IOException {
      if (bytes.length == 0) {
        return;
      }
      toSend = ByteBuffer.allocate(toSend.remaining() + bytes.length).put(toSend).put(bytes).flip();
      try {
        send(open);
      } catch (IOException e) {
        // Who hears no more may have said all before: that is there to be read.
        toSend = ByteBuffer.allocate(0);
        open.register(selector, SelectionKey.OP_READ, this);
      }
    }

    private void finish(Answer answer) {
      if (answered) {
        end();
        return;
      }
      answered = true;
      boolean lingers =
          channel.filter(SocketChannel::isConnected).isPresent() && conversation.isPolite();
      if (lingers) {
        linger();
      } else {
        end();
      }
      done.accept(answer);
    }

    /**
     * What comes meanwhile waits in the kernel, to be read at once: that is one waking, not many.
     */
    private void linger() {
      attempts.remove(this);
      politeUntil = time.now().plus(POLITENESS);
      deadline = politeUntil.plus(IN_PASSING);
      attempts.add(this);
      lingering.add(this);
      SelectionKey key = channel.orElseThrow().keyFor(selector);
      if (key != null) {
        key.interestOps(0);
      }
    }

    private void skipRest() throws IOException {
      SocketChannel open = channel.orElseThrow();
      int total = 0;
      for (int count = open.read(block.clear());
          count > 0 && total < POLITE_BYTES;
          count = open.read(block.clear())) {
        total += count;
      }
    }

    private void end() {
      attempts.remove(this);
      lingering.remove(this);
      close();
    }

    void close() {
      try {
        if (channel.isPresent()) {
          channel.get().close();
        }
      } catch (IOException e) {
        // It is of no use any more, whatever it says.
      }
    }
  }

  private static String describe(IOException e) {
    return switch (e) {
      case UnknownHostException unknown -> "unknown host: " + unknown.getMessage();
      case ConnectException refused -> "connect: " + text(refused);
      default -> text(e);
    };
  }

  private static String text(IOException e) {
    String message = e.getMessage();
    return message == null
        ? e.getClass().getSimpleName()
        : message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
  }
}

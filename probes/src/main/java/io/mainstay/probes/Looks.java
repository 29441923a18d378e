package io.mainstay.probes;

import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.Prober.Request;
import io.mainstay.ports.Prober.Result;
import io.mainstay.ports.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Runs looks, each on a thread of its own: a file system that answers no more holds that one thread
 * and nothing else. While it does, the same look is not begun again, so that there are never more
 * threads than there are checks. Two checks that ask the same at the same time share one look. Any
 * thread.
 */
final class Looks {
  private final Mailbox mailbox;
  private final Time time;

  /** Those under way, some of them perhaps for ever. */
  private final Map<Under, Waiting> underWay = new ConcurrentHashMap<>();

  Looks(Mailbox mailbox, Time time) {
    this.mailbox = mailbox;
    this.time = time;
  }

  private record Under(InstanceId instance, Probe probe) {}

  /** Who waits for a look. */
  private static final class Waiting {
    private final List<Asker> askers = new ArrayList<>();
    private boolean closed;

    /** False: nobody expects an answer of it any more, or it has just come. */
    synchronized boolean add(Asker asker) {
      if (!closed) {
        askers.add(asker);
      }
      return !closed;
    }

    synchronized List<Asker> close() {
      closed = true;
      return List.copyOf(askers);
    }
  }

  /** One question; it is answered once, at the latest at its time-out. */
  private final class Asker {
    private final Consumer<Result> done;
    private final MonotonicTime begin = time.now();
    private final AtomicBoolean answered = new AtomicBoolean();
    private volatile Mailbox.Cancellable late = () -> {};

    Asker(Consumer<Result> done) {
      this.done = done;
    }

    void awaits(Request request, Look look, Runnable inVain) {
      late =
          mailbox.after(
              request.timeout(),
              () -> {
                answer(
                    new Conversation.Answer(
                        look.inVain(), "no answer within " + request.timeout().toMillis() + " ms"));
                inVain.run();
              });
    }

    void answer(Conversation.Answer said) {
      if (answered.compareAndSet(false, true)) {
        Duration took = time.now().since(begin);
        mailbox.post(() -> {
          late.cancel();
          done.accept(new Result(said.outcome(), said.message(), "", took));
        });
      }
    }
  }

  /** Looks once; the answer comes once, at the latest at the time-out. */
  void look(Request request, Look look, Consumer<Result> done) {
    Asker asker = new Asker(done);
    Under under = new Under(request.instance(), request.probe());
    Waiting waiting = new Waiting();
    waiting.add(asker);
    Waiting before = underWay.putIfAbsent(under, waiting);
    if (before != null) {
      if (before.add(asker)) {
        asker.awaits(request, look, () -> {});
      } else if (underWay.get(under) != before) {
        look(request, look, done); // it has just ended
      } else {
        asker.answer(
            new Conversation.Answer(look.inVain(), "the look before this one still has no answer"));
      }
      return;
    }
    asker.awaits(
        request,
        look,
        () -> {
          waiting.close();
          look.giveUp();
        });
    Thread.ofPlatform()
        .daemon()
        .name("look-" + request.instance())
        .start(() -> {
          Conversation.Answer said = judged(request, look);
          // Before the answer: who hears it may ask again at once.
          underWay.remove(under);
          waiting.close().forEach(one -> one.answer(said));
        });
  }

  private static Conversation.Answer judged(Request request, Look look) {
    try {
      return look.look(request);
    } catch (IOException e) {
      return new Conversation.Answer(
          look.inVain(), e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
    } catch (RuntimeException | LinkageError e) {
      return Conversation.Answer.unknown("the probe failed: " + e);
    }
  }
}

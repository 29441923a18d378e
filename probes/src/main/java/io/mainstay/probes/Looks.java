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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Runs looks, each on a thread of its own: a file system that answers no more holds that one thread
 * and nothing else. While it does, the same look is not begun again, so that there are never more
 * threads than there are checks. Any thread.
 */
final class Looks {
  private final Mailbox mailbox;
  private final Time time;

  /** Those under way, some of them perhaps for ever. */
  private final Set<Under> underWay = ConcurrentHashMap.newKeySet();

  Looks(Mailbox mailbox, Time time) {
    this.mailbox = mailbox;
    this.time = time;
  }

  private record Under(InstanceId instance, Probe probe) {}

  /** Looks once; the answer comes once, at the latest at the time-out. */
  void look(Request request, Look look, Consumer<Result> done) {
    MonotonicTime begin = time.now();
    AtomicBoolean answered = new AtomicBoolean();
    Consumer<Conversation.Answer> answer =
        said -> {
          if (answered.compareAndSet(false, true)) {
            Duration took = time.now().since(begin);
            mailbox.post(() -> done.accept(new Result(said.outcome(), said.message(), "", took)));
          }
        };
    Under under = new Under(request.instance(), request.probe());
    if (!underWay.add(under)) {
      answer.accept(
          new Conversation.Answer(look.inVain(), "the look before this one still has no answer"));
      return;
    }
    Mailbox.Cancellable late =
        mailbox.after(
            request.timeout(),
            () -> {
              answer.accept(
                  new Conversation.Answer(
                      look.inVain(), "no answer within " + request.timeout().toMillis() + " ms"));
              look.giveUp();
            });
    Thread.ofPlatform()
        .daemon()
        .name("look-" + request.instance())
        .start(() -> {
          Conversation.Answer said = judged(request, look);
          // Before the answer: who hears it may ask again at once.
          underWay.remove(under);
          answer.accept(said);
          mailbox.post(late::cancel);
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

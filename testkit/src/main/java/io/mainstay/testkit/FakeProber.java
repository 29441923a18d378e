package io.mainstay.testkit;

import io.mainstay.ports.Mailbox;
import io.mainstay.ports.Prober;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** A prober in virtual time that answers what a function says. */
public final class FakeProber implements Prober {
  private final Mailbox mailbox;
  private final Function<Request, Optional<Result>> answers;

  /**
   * Answers in a mailbox.
   *
   * @param answers asked when the probe begins; empty: no answer, so the probe times out
   */
  public FakeProber(Mailbox mailbox, Function<Request, Optional<Result>> answers) {
    this.mailbox = mailbox;
    this.answers = answers;
  }

  @Override
  public void probe(Request request, Consumer<Result> done) {
    Optional<Result> answer = answers.apply(request);
    Result result =
        answer.orElseGet(() ->
            new Result(
                Outcome.UNKNOWN,
                "no answer within " + request.timeout().toMillis() + "ms",
                "",
                request.timeout()));
    mailbox.after(
        answer.isPresent() ? Duration.ofMillis(1) : request.timeout(), () -> done.accept(result));
  }
}

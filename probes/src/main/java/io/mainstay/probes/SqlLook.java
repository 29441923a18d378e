package io.mainstay.probes;

import io.mainstay.ports.Databases;
import io.mainstay.ports.Prober;
import io.mainstay.ports.Prober.Outcome;
import io.mainstay.probes.Conversation.Answer;

/** What a database says of a query. That it hangs is what such a check is there to find. */
record SqlLook(Databases.Question question) implements Look {
  @Override
  public Outcome inVain() {
    return Outcome.FAIL;
  }

  @Override
  public Answer look(Prober.Request request) {
    Databases.Answer answer = question.ask();
    return new Answer(answer.outcome(), answer.message());
  }

  @Override
  public void giveUp() {
    question.end();
  }
}

package io.mainstay.admin;

import io.mainstay.model.state.Pin;
import io.mainstay.model.state.TransactionRun;
import io.mainstay.model.state.TransactionStatus;
import java.util.Locale;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Transactions and their runs as users read them. */
final class TransactionJson {
  private TransactionJson() {}

  /** For status: the last run that went as a user's would. */
  static SequencedMap<String, @Nullable Object> brief(TransactionStatus transaction) {
    SequencedMap<String, @Nullable Object> object = counts(transaction);
    object.put("last", transaction.last().map(TransactionJson::run).orElse(null));
    return object;
  }

  /** With all runs that are remembered. */
  static SequencedMap<String, @Nullable Object> whole(TransactionStatus transaction) {
    SequencedMap<String, @Nullable Object> object = counts(transaction);
    object.put("runs", transaction.recent().stream().map(TransactionJson::run).toList());
    return object;
  }

  private static SequencedMap<String, @Nullable Object> counts(TransactionStatus transaction) {
    return Json.object(
        "name",
        transaction.key().name(),
        "health",
        transaction.health().label(),
        "failures",
        transaction.failures(),
        "passed",
        transaction.passed(),
        "failed",
        transaction.failed(),
        "unknown",
        transaction.unknown(),
        "trials",
        transaction.trials());
  }

  private static SequencedMap<String, @Nullable Object> run(TransactionRun run) {
    return Json.object(
        "time",
        run.startedAt().toString(),
        "outcome",
        run.outcome().name().toLowerCase(Locale.ROOT),
        "milliseconds",
        run.took().toMillis(),
        "pins",
        run.pins().stream().map(Pin::toString).toList(),
        "failure",
        run.failure().map(TransactionJson::failure).orElse(null),
        "steps",
        run.steps().stream().map(TransactionJson::step).toList(),
        "calls",
        run.calls().stream().map(TransactionJson::call).toList(),
        "leftovers",
        run.leftovers());
  }

  private static SequencedMap<String, @Nullable Object> failure(TransactionRun.Failure failure) {
    return Json.object(
        "step",
        failure.label(),
        "service",
        failure.suspect().value(),
        "instance",
        failure.by().map(Object::toString).orElse(null),
        "reason",
        failure.reason());
  }

  private static SequencedMap<String, @Nullable Object> step(TransactionRun.StepResult step) {
    return Json.object(
        "step", step.label(), "passed", step.passed(), "milliseconds", step.took().toMillis());
  }

  private static SequencedMap<String, @Nullable Object> call(TransactionRun.Call call) {
    return Json.object(
        "service",
        call.service().value(),
        "instance",
        call.instance().map(Object::toString).orElse(null),
        "status",
        call.status() == 0 ? null : call.status());
  }
}

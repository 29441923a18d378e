package io.mainstay.admin;

import io.mainstay.model.state.TransactionHealth;
import io.mainstay.model.state.TransactionRun;
import io.mainstay.model.state.TransactionStatus;

/** Transactions as metrics. */
final class TransactionMetrics {
  private static final double NANOS_A_SECOND = 1e9;

  private TransactionMetrics() {}

  static void collect(MetricFamilies families, TransactionStatus transaction) {
    String service = transaction.key().service().value();
    String name = transaction.key().name();
    for (TransactionHealth health : TransactionHealth.values()) {
      families.gauge(
          "mainstay_transaction_health",
          "1 for how the transaction stands, 0 for the others.",
          transaction.health() == health ? 1 : 0,
          "service",
          service,
          "transaction",
          name,
          "health",
          health.label());
    }
    runs(families, transaction, "passed", transaction.passed());
    runs(families, transaction, "failed", transaction.failed());
    runs(families, transaction, "unknown", transaction.unknown());
    families.counter(
        "mainstay_transaction_trials",
        "Runs whose requests were pinned, to find who is to blame.",
        (double) transaction.trials(),
        "service",
        service,
        "transaction",
        name);
    transaction.last().ifPresent(run -> last(families, service, name, run));
  }

  private static void runs(
      MetricFamilies families, TransactionStatus transaction, String outcome, long count) {
    families.counter(
        "mainstay_transaction_runs",
        "Runs that went as a user's would.",
        (double) count,
        "service",
        transaction.key().service().value(),
        "transaction",
        transaction.key().name(),
        "outcome",
        outcome);
  }

  private static void last(
      MetricFamilies families, String service, String name, TransactionRun run) {
    families.gauge(
        "mainstay_transaction_duration_seconds",
        "How long the last run took, its cleanup not included.",
        run.took().toNanos() / NANOS_A_SECOND,
        "service",
        service,
        "transaction",
        name);
    families.gauge(
        "mainstay_transaction_leftovers",
        "Steps of the cleanup of the last run that failed.",
        run.leftovers().size(),
        "service",
        service,
        "transaction",
        name);
    for (int i = 0; i < run.steps().size(); i++) {
      TransactionRun.StepResult step = run.steps().get(i);
      families.gauge(
          "mainstay_transaction_step_seconds",
          "How long each step of the last run took.",
          step.took().toNanos() / NANOS_A_SECOND,
          "service",
          service,
          "transaction",
          name,
          "number",
          Integer.toString(i + 1),
          "step",
          step.label());
    }
  }
}

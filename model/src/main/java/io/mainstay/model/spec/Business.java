package io.mainstay.model.spec;

import java.util.List;
import java.util.Optional;

/**
 * What proves that a service does its work, and what is done if it does not.
 *
 * @param fallback who answers in its place
 * @param transactions what a user would do with it
 * @param flows what must follow what in real traffic
 * @param whenFailing remedies in order, each used once its predecessor did not help
 * @param restore when and how traffic returns
 */
public record Business(
    Optional<Fallback> fallback,
    List<TransactionSpec> transactions,
    List<FlowSpec> flows,
    List<Remedy> whenFailing,
    RestorePolicy restore) {
  /** What is done where the file does not say. */
  public static final List<Remedy> DEFAULT_REMEDIES =
      List.of(Remedy.ISOLATE, Remedy.DIVERT, Remedy.NOTIFY);

  /** Nothing asked for. */
  public static final Business NONE = new Business(Optional.empty());

  /** Copies the lists. */
  public Business {
    transactions = List.copyOf(transactions);
    flows = List.copyOf(flows);
    whenFailing = List.copyOf(whenFailing);
  }

  /** Without flows. */
  public Business(
      Optional<Fallback> fallback,
      List<TransactionSpec> transactions,
      List<Remedy> whenFailing,
      RestorePolicy restore) {
    this(fallback, transactions, List.of(), whenFailing, restore);
  }

  /** Without transactions, and with the defaults of the rest. */
  public Business(Optional<Fallback> fallback) {
    this(fallback, List.of(), DEFAULT_REMEDIES, RestorePolicy.DEFAULT);
  }
}

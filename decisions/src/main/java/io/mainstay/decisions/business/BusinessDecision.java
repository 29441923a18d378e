package io.mainstay.decisions.business;

import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Remedy;
import io.mainstay.model.state.Pin;
import io.mainstay.model.state.TransactionKey;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What follows from the facts.
 *
 * @param memory for the next pass
 * @param runs transactions to run now
 * @param orders what should be done, if the governor agrees
 * @param news facts for events, in order
 */
public record BusinessDecision(
    BusinessMemory memory, List<RunOrder> runs, List<Order> orders, List<News> news) {
  /** Copies the lists. */
  public BusinessDecision {
    runs = List.copyOf(runs);
    orders = List.copyOf(orders);
    news = List.copyOf(news);
  }

  /**
   * A run to begin now. Never two of one transaction at once.
   *
   * @param key which transaction
   * @param pins where its requests go; empty: as a user's
   */
  public record RunOrder(TransactionKey key, List<Pin> pins) {
    /** Copies the pins. */
    public RunOrder {
      pins = List.copyOf(pins);
    }
  }

  /** Something to do. */
  public sealed interface Order {
    /** Whose. */
    ServiceName service();

    /** One sentence. */
    String reason();

    /**
     * A remedy.
     *
     * @param service whose business fails
     * @param remedy any but {@link Remedy#NOTIFY}
     * @param instances to whom; empty: to the whole service
     */
    record Apply(
        ServiceName service,
        Remedy remedy,
        List<InstanceId> instances,
        String reason,
        SequencedMap<String, String> evidence)
        implements Order {
      /** Copies the collections. */
      public Apply {
        instances = List.copyOf(instances);
        evidence = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(evidence));
      }
    }

    /**
     * Divert another share from now on; 0: all traffic is back.
     *
     * @param share of the requests, 0 to 1
     */
    record Share(ServiceName service, double share, String reason) implements Order {}

    /** An instance that we isolated may serve again. */
    record Release(InstanceId instance, String reason) implements Order {
      @Override
      public ServiceName service() {
        return instance.service();
      }
    }
  }

  /**
   * A fact for an event.
   *
   * @param kind which
   * @param service whom it concerns
   * @param instance empty: the whole service
   * @param reason one sentence
   * @param evidence what mattered, in order
   */
  public record News(
      EventKind kind,
      ServiceName service,
      Optional<InstanceId> instance,
      String reason,
      SequencedMap<String, String> evidence) {
    /** Copies the map. */
    public News {
      evidence = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(evidence));
    }
  }
}

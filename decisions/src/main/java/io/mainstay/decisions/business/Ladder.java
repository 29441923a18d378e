package io.mainstay.decisions.business;

import io.mainstay.decisions.business.BusinessFacts.Diversion;
import io.mainstay.decisions.business.BusinessFacts.Service;
import io.mainstay.model.InstanceId;
import io.mainstay.model.spec.Remedy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which remedy is next: the first that was not used yet and that fits the culprit. */
final class Ladder {
  private Ladder() {}

  /**
   * What is next.
   *
   * @param remedy empty: nothing is left
   * @param index where it stands in the list of the file
   * @param instances to whom; empty: to the whole service
   * @param skipped why those before it do not fit, one sentence each
   */
  record Choice(
      Optional<Remedy> remedy, int index, List<InstanceId> instances, List<String> skipped) {
    Choice {
      instances = List.copyOf(instances);
      skipped = List.copyOf(skipped);
    }
  }

  /**
   * Chooses.
   *
   * @param from the first that was not used yet
   * @param frozen whether so many services fail at once that nothing drastic is done
   */
  static Choice next(Service service, Culprit culprit, int from, boolean frozen) {
    List<String> skipped = new ArrayList<>();
    for (int index = from; index < service.whenFailing().size(); index++) {
      Remedy remedy = service.whenFailing().get(index);
      Optional<String> against = against(remedy, service, culprit, frozen);
      if (against.isEmpty()) {
        List<InstanceId> instances =
            culprit instanceof Culprit.Instances some ? some.instances() : List.of();
        return new Choice(Optional.of(remedy), index, instances, skipped);
      }
      skipped.add(remedy.label() + ": " + against.get());
    }
    return new Choice(Optional.empty(), service.whenFailing().size(), List.of(), skipped);
  }

  private static Optional<String> against(
      Remedy remedy, Service service, Culprit culprit, boolean frozen) {
    if (remedy == Remedy.NOTIFY) {
      return Optional.empty();
    }
    if (frozen) {
      return Optional.of("too many services fail at once");
    }
    if (service.stopped()) {
      return Optional.of("it is shut down already");
    }
    boolean nobody = culprit instanceof Culprit.Nobody;
    return switch (remedy) {
      case NOTIFY -> Optional.empty();
      case RESTART, REPLACE -> {
        if (!service.isRun()) {
          yield Optional.of("its instances are not run by us");
        }
        yield nobody ? Optional.of("nobody is to blame") : Optional.empty();
      }
      case ISOLATE ->
          culprit instanceof Culprit.Instances
              ? Optional.empty()
              : Optional.of("no single instance is to blame");
      case DIVERT -> {
        if (!service.hasFallback()) {
          yield Optional.of("it has no fallback");
        }
        if (service.diversion().isPresent()) {
          yield Optional.of("it is diverted already");
        }
        yield culprit instanceof Culprit.Instances
            ? Optional.of("others of its instances work")
            : Optional.empty();
      }
      case SHUTDOWN -> {
        if (nobody || culprit instanceof Culprit.Instances) {
          yield Optional.of("the service as a whole is not to blame");
        }
        if (!service.isRun()) {
          yield Optional.of("its instances are not run by us");
        }
        if (service.diversion().filter(one -> !one.own()).isPresent()) {
          yield Optional.of("an operator diverted it");
        }
        boolean elsewhere =
            service.diversion().map(Diversion::share).filter(share -> share >= 1).isPresent();
        yield elsewhere || !service.hasFallback()
            ? Optional.empty()
            : Optional.of("its requests do not go elsewhere");
      }
    };
  }
}

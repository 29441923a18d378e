package io.mainstay.decisions.nodes;

import io.mainstay.model.ServiceName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;

/** Whether the other zones can carry what a zone carries now. */
public final class EvacuationRule {
  /** Of the learned limits, this share may be used; above it queues begin. */
  private static final double USABLE = 0.8;

  private EvacuationRule() {}

  /**
   * One service and how it lies in the zones.
   *
   * @param service which
   * @param inside instances in the traffic in the zone
   * @param outside instances in the traffic elsewhere
   * @param load requests in flight and waiting now, everywhere
   * @param room what the instances elsewhere take at once by their limits; 0: unknown
   * @param floor instances that must serve
   */
  public record Share(
      ServiceName service, int inside, int outside, int load, int room, int floor) {}

  /**
   * What speaks against it.
   *
   * @param reason one sentence
   * @param evidence one line a service that would suffer
   */
  public record Refusal(String reason, SequencedMap<String, String> evidence) {}

  /** Empty if nothing speaks against it. */
  public static Optional<Refusal> check(String zone, List<Share> shares) {
    LinkedHashMap<String, String> evidence = new LinkedHashMap<>();
    for (Share share : shares) {
      if (share.inside() > 0) {
        problem(share).ifPresent(text -> evidence.put(share.service().value(), text));
      }
    }
    return evidence.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Refusal(
                "the other zones cannot carry what "
                    + zone
                    + " carries: "
                    + String.join(", ", evidence.keySet()),
                evidence));
  }

  private static Optional<String> problem(Share share) {
    if (share.outside() == 0) {
      return Optional.of("all " + share.inside() + " that serve are in the zone");
    }
    if (share.outside() < share.floor()) {
      return Optional.of(share.outside() + " would serve, floor is " + share.floor());
    }
    if (share.room() > 0 && share.load() > share.room() * USABLE) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "%d requests in flight, %d instances elsewhere take %.0f at once",
              share.load(),
              share.outside(),
              share.room() * USABLE));
    }
    return Optional.empty();
  }
}

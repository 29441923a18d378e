package io.mainstay.simulator;

import io.mainstay.model.ServiceName;
import io.mainstay.model.scenario.Ending;
import io.mainstay.model.scenario.Expectation;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** Compares what happened with what was expected. */
final class Judge {
  private final Scribe scribe;
  private final SequencedMap<Expectation.Serving, String> servedOtherwise = new LinkedHashMap<>();
  private final Function<ServiceName, Optional<Ending.Service>> sums;
  private final List<Ending.Service> all;

  Judge(Scribe scribe, List<Ending.Service> all) {
    this.scribe = scribe;
    this.all = all;
    this.sums = name -> all.stream().filter(one -> one.name().equals(name.value())).findFirst();
  }

  /** The moment of an expectation has come. */
  static Optional<String> missed(Expectation.Serving expected, Scribe scribe) {
    int fewest = scribe.fewest(expected.service());
    int most = scribe.most(expected.service());
    return fewest < expected.atLeast()
        ? Optional.of(Integer.toString(fewest))
        : most > expected.atMost() ? Optional.of(Integer.toString(most)) : Optional.empty();
  }

  void servedOtherwise(SequencedMap<Expectation.Serving, String> missed) {
    servedOtherwise.putAll(missed);
  }

  Ending.Checked check(Expectation expectation) {
    Optional<String> missed =
        switch (expectation) {
          case Expectation.Serving serving -> Optional.ofNullable(servedOtherwise.get(serving));
          case Expectation.Failed failed -> {
            long sum =
                failed
                    .service()
                    .map(name -> sum(name, Ending.Service::failed))
                    .orElseGet(() -> all.stream().mapToLong(Ending.Service::failed).sum());
            yield over(sum, failed.atMost());
          }
          case Expectation.Restarts restarts ->
              over(sum(restarts.service(), Ending.Service::restarts), restarts.atMost());
          case Expectation.Gap gap ->
              sums.apply(gap.service())
                  .map(Ending.Service::gap)
                  .filter(found -> found.compareTo(gap.atMost()) > 0)
                  .map(Judge::seconds);
          case Expectation.Happens happens -> {
            Optional<Scribe.Seen> found = scribe.find(happens);
            yield happens.wanted()
                ? (found.isPresent() ? Optional.empty() : Optional.of("it did not happen"))
                : found.map(seen -> "at " + seconds(seen.at()) + ": " + seen.event().reason());
          }
        };
    return new Ending.Checked(expectation.words(), missed);
  }

  private long sum(ServiceName service, ToLongFunction<Ending.Service> what) {
    return sums.apply(service).map(what::applyAsLong).orElse(0L);
  }

  private static Optional<String> over(long found, long most) {
    return found > most ? Optional.of(Long.toString(found)) : Optional.empty();
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.3f s", duration.toMillis() / 1000.0);
  }
}

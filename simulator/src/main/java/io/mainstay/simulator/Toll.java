package io.mainstay.simulator;

import io.mainstay.model.MonotonicTime;
import io.mainstay.simulator.SimulatedRequest.Answer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What became of the requests of one service. */
final class Toll {
  private static final Duration OVER = Duration.ofSeconds(1);

  private final EnumMap<Answer, Integer> episode = new EnumMap<>(Answer.class);
  private long requests;
  private long failed;
  private long open;
  private Duration gap = Duration.ZERO;
  private Optional<MonotonicTime> unansweredSince = Optional.empty();
  private Optional<MonotonicTime> episodeBegan = Optional.empty();
  private MonotonicTime lastFailure = MonotonicTime.ZERO;
  private boolean told;

  void sent(MonotonicTime now) {
    requests++;
    open++;
    unansweredSince = unansweredSince.or(() -> Optional.of(now));
  }

  void ended(Answer answer, MonotonicTime now) {
    open--;
    if (answer == Answer.GOOD) {
      unansweredSince.ifPresent(since -> gap(now.since(since)));
      unansweredSince = open > 0 ? Optional.of(now) : Optional.empty();
      return;
    }
    failed++;
    episode.merge(answer, 1, Integer::sum);
    episodeBegan = episodeBegan.or(() -> Optional.of(now));
    lastFailure = now;
  }

  /** News of requests that failed: that it begins, and what it was when it is over. */
  Optional<String> news(MonotonicTime now) {
    if (episodeBegan.isEmpty()) {
      return Optional.empty();
    }
    if (now.since(lastFailure).compareTo(OVER) >= 0) {
      String sum = sum(episodeBegan.get());
      episode.clear();
      episodeBegan = Optional.empty();
      told = false;
      return Optional.of(sum);
    }
    if (told) {
      return Optional.empty();
    }
    told = true;
    return Optional.of("requests begin to fail: " + kinds());
  }

  /** The run is over. */
  Optional<String> close(MonotonicTime now) {
    unansweredSince.ifPresent(since -> gap(now.since(since)));
    return episodeBegan.map(this::sum);
  }

  private void gap(Duration one) {
    gap = one.compareTo(gap) > 0 ? one : gap;
  }

  private String sum(MonotonicTime began) {
    int sum = episode.values().stream().mapToInt(Integer::intValue).sum();
    return String.format(
        Locale.ROOT,
        "%d failed within %.1f s: %s",
        sum,
        lastFailure.since(began).toMillis() / 1000.0,
        kinds());
  }

  private String kinds() {
    return episode.entrySet().stream()
        .map(entry -> entry.getValue() + " " + words(entry))
        .collect(Collectors.joining(", "));
  }

  private static String words(Map.Entry<Answer, Integer> entry) {
    return switch (entry.getKey()) {
      case GOOD -> "answered";
      case ERROR_STATUS -> "answered with 500";
      case NO_CONNECTION -> "without connection";
      case BROKEN_OFF -> "broken off";
      case TIMED_OUT -> "timed out";
      case REFUSED -> "refused";
    };
  }

  long requests() {
    return requests;
  }

  long failed() {
    return failed;
  }

  Duration gap() {
    return gap;
  }
}

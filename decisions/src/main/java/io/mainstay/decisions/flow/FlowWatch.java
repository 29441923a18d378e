package io.mainstay.decisions.flow;

import io.mainstay.decisions.fleet.Evidence;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.FlowSpec;
import io.mainstay.model.state.FlowHealth;
import io.mainstay.model.state.FlowKey;
import io.mainstay.model.state.FlowSighting;
import io.mainstay.model.state.FlowSighting.Side;
import io.mainstay.model.state.FlowStatus;
import io.mainstay.model.state.FlowStatus.Counts;
import io.mainstay.model.state.FlowStatus.Lost;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Watches one flow: takes what gateways saw of both sides and says what follows. It fails when more
 * is missing than the file allows and than chance explains; it passes again once that is as sure;
 * it is silent when far fewer begin than is usual at this hour. Decision record 104. At most about
 * 2 MiB. Not thread-safe.
 */
public final class FlowWatch {
  private final FlowKey key;
  private final FlowSpec spec;
  private final double mayMiss;
  private final FlowMatcher matcher;
  private final FlowWindow window = new FlowWindow();
  private final UsualRate rate;
  private FlowHealth health = FlowHealth.UNKNOWN;
  private String reason = "nothing was seen yet";
  private Counts counts = Counts.NONE;
  private FlowWindow.Group worst = FlowWindow.NOTHING;
  private FlowWindow.Group sure = FlowWindow.NOTHING;
  private double failing;
  private double veiled = 1;

  /** Whether it was told last that it fails or is silent. */
  private boolean complained;

  private long came;
  private long keyless;
  private long refused;
  private Optional<ServiceName> suspect = Optional.empty();

  /**
   * Its state changed.
   *
   * @param health the new one; never unknown
   * @param reason one sentence
   * @param evidence what mattered, in order
   */
  public record Change(FlowHealth health, String reason, SequencedMap<String, String> evidence) {
    /** Copies the map. */
    public Change {
      evidence = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(evidence));
    }
  }

  /** Watches from now on. */
  public FlowWatch(FlowKey key, FlowSpec spec, MonotonicTime now, Instant wallClock) {
    this.key = key;
    this.spec = spec;
    this.mayMiss = mayMiss(spec.atLeast());
    this.matcher = new FlowMatcher(spec.within(), now);
    this.rate = new UsualRate(wallClock);
  }

  static double mayMiss(double atLeast) {
    // Without the crumbs of binary fractions: 1 - 0.9 is a little less than 0.1.
    return Math.rint((1 - atLeast) * 1e9) / 1e9;
  }

  /** What it watches. */
  public FlowSpec spec() {
    return spec;
  }

  /** One side was seen; in the order of times, but for small differences. */
  public void take(FlowSighting seen) {
    boolean begins = seen.side() == Side.WHEN;
    if (begins) {
      came++;
    }
    switch (seen.outcome()) {
      case SEEN -> matcher.take(seen);
      case REFUSED -> {
        refused++;
        counts = with(0, 0, 0, 0, 0, 0, 1, 0);
      }
      case NO_KEY, UNREADABLE -> {
        keyless += begins ? 0 : 1;
        counts = with(0, 0, 0, 0, begins ? 1 : 0, begins ? 0 : 1, 0, 0);
      }
    }
  }

  /**
   * So many followed, from then on or a little later; nobody knows whose. They are taken as those
   * of what began first, so the number of what is missing is right, but not whose it is: {@link
   * FlowStatus#lost} stays empty.
   */
  public void followed(long number, MonotonicTime from) {
    matcher.followed(number, from);
  }

  private List<Lost> lost() {
    return spec.then() instanceof FlowSpec.Promql ? List.of() : matcher.lost();
  }

  /** So many sightings were lost up to then, of this or of other flows. */
  public void dropped(long number, MonotonicTime upTo) {
    matcher.lostSightings(upTo);
    counts = with(0, 0, 0, 0, 0, 0, 0, number);
  }

  /** What followed cannot be found out now; what was told before stands. */
  public void unasked(String why) {
    if (!complained) {
      become(FlowHealth.UNKNOWN, why);
    }
  }

  private Counts with(
      long begun,
      long followed,
      long missing,
      long late,
      long whens,
      long thens,
      long refusals,
      long dropped) {
    return new Counts(
        counts.begun() + begun,
        counts.followed() + followed,
        counts.missing() + missing,
        counts.late() + late,
        counts.beganWithoutKey() + whens,
        counts.followedWithoutKey() + thens,
        counts.refused() + refusals,
        counts.dropped() + dropped);
  }

  /**
   * Everything that was seen up to then was taken: what follows from it. To be called about once a
   * second.
   *
   * @return empty: nothing changed
   */
  public Optional<Change> judge(MonotonicTime upTo, Instant wallClock) {
    FlowMatcher.Settled settled = matcher.settle(upTo);
    counts =
        with(settled.begun(), settled.followed(), settled.missing(), settled.late(), 0, 0, 0, 0);
    boolean more =
        window.add(
            new FlowWindow.Group(
                settled.followed() + settled.missing(), settled.missing(), keyless, refused));
    if (more) {
      worst = window.worst(mayMiss, spec.minSamples(), false);
      sure = window.worst(mayMiss, spec.minSamples(), true);
    }
    keyless = 0;
    refused = 0;
    rate.came(wallClock, came);
    came = 0;
    if (health == FlowHealth.FAILING) {
      if (worst.samples() > 0) {
        // The more is seen, the better it is known how much is missing.
        failing = Math.min(failing, worst.share());
      }
      return more && window.returned(mayMiss, spec.minSamples(), failing)
          ? well()
          : Optional.empty();
    }
    if (sure.samples() > 0) {
      return fails(sure);
    }
    Optional<UsualRate.Quiet> quiet = rate.quiet();
    if (quiet.isPresent()) {
      return health == FlowHealth.SILENT ? Optional.empty() : silent(quiet.get());
    }
    if (isVeiled(more)) {
      become(
          FlowHealth.UNKNOWN,
          worst.missing()
              + " of the last "
              + worst.samples()
              + " were not followed, but "
              + worst.keyless()
              + " requests that may have followed show no key");
      return Optional.empty();
    }
    return calm();
  }

  /** Whether it would fail, were it not for requests without keys, until that is over. */
  private boolean isVeiled(boolean more) {
    if (worst.samples() == 0) {
      veiled = 1;
      return false;
    }
    veiled = Math.min(veiled, worst.share());
    if (more && window.returned(mayMiss, spec.minSamples(), veiled)) {
      worst = FlowWindow.NOTHING;
      sure = FlowWindow.NOTHING;
      veiled = 1;
      return false;
    }
    return true;
  }

  /** Neither failing nor silent. */
  private Optional<Change> calm() {
    FlowWindow.Group all = window.all();
    if (complained) {
      return well();
    }
    if (all.samples() < spec.minSamples()) {
      if (health == FlowHealth.UNKNOWN) {
        reason = all.samples() + " were settled; " + spec.minSamples() + " are needed";
      }
    } else if (all.samples() > 0) {
      become(FlowHealth.PASSING, share(all) + " followed in time");
    }
    return Optional.empty();
  }

  private Optional<Change> well() {
    worst = FlowWindow.NOTHING;
    sure = FlowWindow.NOTHING;
    FlowWindow.Group all = window.all();
    complained = false;
    become(FlowHealth.PASSING, share(all) + " followed in time again");
    return Optional.of(new Change(health, reason, evidence(all).map()));
  }

  private Optional<Change> fails(FlowWindow.Group stretch) {
    failing = stretch.share();
    complained = true;
    become(
        FlowHealth.FAILING,
        String.format(
            Locale.ROOT,
            "%d of %d (%s) were not followed within %s; at most %s may be",
            stretch.missing(),
            stretch.samples(),
            percent(stretch.share()),
            words(spec.within()),
            percent(mayMiss)));
    Evidence evidence = evidence(stretch);
    suspect = Optional.of(suspect(stretch));
    evidence.and("suspect", suspect.get());
    List<Lost> lost = lost();
    if (!lost.isEmpty()) {
      evidence.and(
          "not-followed", String.join(", ", lost.reversed().stream().map(Lost::toString).toList()));
    }
    return Optional.of(new Change(health, reason, evidence.map()));
  }

  /** Who is asked and does not answer as expected, or else whoever should ask. */
  private ServiceName suspect(FlowWindow.Group stretch) {
    return switch (spec.then()) {
      case FlowSpec.Requests then ->
          2 * stretch.refused() >= stretch.missing() ? then.service() : spec.when().service();
      case FlowSpec.Sql _, FlowSpec.Promql _ -> spec.when().service();
    };
  }

  private Optional<Change> silent(UsualRate.Quiet quiet) {
    complained = true;
    become(
        FlowHealth.SILENT,
        String.format(
            Locale.ROOT,
            "%d began in %d min; at this hour %.0f are the fewest that are usual",
            quiet.came(),
            quiet.windowMinutes(),
            quiet.usual()));
    return Optional.of(new Change(health, reason, evidence(window.all()).map()));
  }

  private Evidence evidence(FlowWindow.Group stretch) {
    Evidence evidence =
        Evidence.of("flow", key)
            .and("settled", stretch.samples())
            .and("not-in-time", stretch.missing())
            .and("at-least", percent(spec.atLeast()));
    if (stretch.refused() > 0) {
      evidence.and("not-answered-as-expected", stretch.refused());
    }
    if (stretch.keyless() > 0) {
      evidence.and("without-key", stretch.keyless());
    }
    if (matcher.oneIn() > 1) {
      evidence.and("followed-keys", "1 in " + matcher.oneIn());
    }
    return evidence;
  }

  private void become(FlowHealth newHealth, String newReason) {
    suspect = newHealth == FlowHealth.FAILING ? suspect : Optional.empty();
    health = newHealth;
    reason = newReason;
  }

  private static String share(FlowWindow.Group group) {
    return group.samples() - group.missing() + " of the last " + group.samples();
  }

  private static String percent(double share) {
    String text = String.format(Locale.ROOT, "%.2f", 100 * share);
    return text.replaceFirst("\\.?0+$", "") + "%";
  }

  private static String words(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
  }

  /** How it stands. */
  public FlowStatus status() {
    return new FlowStatus(key, health, reason, suspect, counts, matcher.oneIn(), lost());
  }
}

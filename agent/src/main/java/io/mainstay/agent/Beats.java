package io.mainstay.agent;

import io.mainstay.decisions.health.CheckBeat;
import io.mainstay.model.spec.Checks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which beats the checks of this agent have, by their periods. In the agent's mailbox. */
final class Beats {
  /** A command is a process of its own. */
  private static final int COMMAND = 4;

  private final Map<Duration, List<Integer>> taken = new TreeMap<>();

  /** The place of one check. */
  final class Seat {
    private final CheckBeat beat;
    private final List<Integer> beats;
    private final int weight;

    private Seat(CheckBeat beat, List<Integer> beats, int weight) {
      this.beat = beat;
      this.beats = beats;
      this.weight = weight;
      add(weight);
    }

    CheckBeat beat() {
      return beat;
    }

    /** The check is over; once. */
    void leave() {
      add(-weight);
      if (beats.stream().allMatch(count -> count == 0)) {
        taken.remove(beat.every());
      }
    }

    private void add(int more) {
      beats.set(beat.index(), beats.get(beat.index()) + more);
    }
  }

  /** A place for one more check, whose period has beats. */
  Seat take(Checks.Check check) {
    Duration every = check.every();
    List<Integer> beats =
        taken.computeIfAbsent(
            every, it -> new ArrayList<>(Collections.nCopies(CheckBeat.count(it), 0)));
    int weight = check.probe() instanceof Checks.Probe.Run ? COMMAND : 1;
    return new Seat(CheckBeat.choose(every, beats, weight), beats, weight);
  }
}

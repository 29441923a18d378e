package io.mainstay.simulator;

import java.util.Optional;

/** Something that must hold after every event of every world. One object a world. */
interface Invariant {
  /** What must hold, one sentence. */
  String claim();

  /** How it is broken now, if it is. Called after every event, so it must be quick. */
  Optional<String> broken(World world);

  /** A fresh set of all. */
  static java.util.List<Invariant> all() {
    return java.util.List.of(
        new OneDeciderAnEpoch(),
        new GenerationsGrow(),
        new NothingStoppedBlindly(),
        new OneProcessAnInstance(),
        new NoTrafficToTheUnready(),
        new CountsInBounds(),
        new FloorKept(),
        new BoundedRestarts(),
        new DecidedActions(),
        new DiversionsFollowed(),
        new NothingUnbounded());
  }
}

package io.mainstay.simulator;

import java.util.Optional;

/**
 * A term is given to one server at most, and once a newer one has begun nothing of an older one is
 * stored; versions of what a machine is assigned only grow.
 */
final class OneDeciderAnEpoch implements Invariant {
  @Override
  public String claim() {
    return "one server decides in an epoch";
  }

  @Override
  public Optional<String> broken(World world) {
    return world.elections().problem();
  }
}

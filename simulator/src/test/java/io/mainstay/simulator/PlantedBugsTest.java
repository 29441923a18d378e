package io.mainstay.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.InstanceId;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Endpoint.Readiness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** For each invariant a bug that it must find, and within how many worlds it does. */
class PlantedBugsTest {
  private static final int WORLDS = 40;

  /**
   * A line of the table.
   *
   * @param name what is wrong
   * @param claim the invariant that must find it
   * @param nodes machines of a world
   * @param seed the first world, counted from 1, in which it was found; the test begins there
   */
  private record Planted(String name, String claim, int nodes, int seed, PlantedBug bug) {}

  private static List<Planted> table() {
    return List.of(
        new Planted(
            "a twin of a running process",
            new OneProcessAnInstance().claim(),
            1,
            2,
            PlantedBug.host(ChangedHost.LosesProcesses::new)),
        new Planted(
            "a twin on another machine",
            new OneProcessAnInstance().claim(),
            3,
            1,
            PlantedBug.agentCoordinator(AssignmentsOfAnother::new)),
        new Planted(
            "traffic to what still starts",
            new NoTrafficToTheUnready().claim(),
            1,
            1,
            PlantedBug.traffic(real -> new ChangedReadiness(real, Readiness.READY))),
        new Planted(
            "more than the file allows",
            new CountsInBounds().claim(),
            1,
            1,
            PlantedBug.assignments(PlantedBugsTest::more)),
        new Planted(
            "more than the file allows on several machines",
            new CountsInBounds().claim(),
            3,
            5,
            PlantedBug.assignments(PlantedBugsTest::more)),
        new Planted(
            "taking all out at once",
            new FloorKept().claim(),
            1,
            2,
            PlantedBug.assignments(PlantedBugsTest::drainAll)),
        new Planted(
            "a gateway that is deaf to diversions",
            new DiversionsFollowed().claim(),
            1,
            1,
            PlantedBug.desiredTraffic(DeafToDiversions::new)),
        new Planted(
            "restarts without delay",
            new BoundedRestarts().claim(),
            1,
            1,
            PlantedBug.hurry(Duration.ofMillis(20))),
        new Planted(
            "an act without a reason",
            new DecidedActions().claim(),
            1,
            1,
            PlantedBug.assignments(list ->
                list.stream()
                    .map(one -> PlantedBug.with(one, one.id(), one.directive(), " "))
                    .toList())),
        new Planted(
            "a flood of events",
            new NothingUnbounded().claim(),
            1,
            1,
            PlantedBug.events(RepeatedEvents::new)),
        new Planted(
            "writes of an old leader that are taken",
            new OneDeciderAnEpoch().claim(),
            3,
            112,
            PlantedBug.ensemble(ensemble -> ensemble.fenced(false))),
        new Planted(
            "generations that begin anew",
            new GenerationsGrow().claim(),
            1,
            1,
            PlantedBug.host(ChangedHost.CountsAnew::new)),
        new Planted(
            "an agent that stops all when it hears nothing",
            new NothingStoppedBlindly().claim(),
            3,
            21,
            PlantedBug.agentCoordinator((real, node) -> new NothingAssigned(real, node))),
        new Planted(
            "a world that cannot recover",
            "it does not recover",
            1,
            1,
            PlantedBug.traffic(real -> new ChangedReadiness(real, Readiness.NOT_READY))));
  }

  @TestFactory
  Stream<DynamicTest> isFound() {
    return table().stream()
        .map(planted -> DynamicTest.dynamicTest(planted.name(), () -> find(planted)));
  }

  private static void find(Planted planted) {
    List<String> others = new ArrayList<>();
    for (long seed = planted.seed(); seed < planted.seed() + WORLDS; seed++) {
      Optional<String> violation =
          new Simulation(seed, planted.nodes(), planted.bug(), 0).run().violation();
      if (violation.filter(what -> what.startsWith(planted.claim())).isPresent()) {
        return;
      }
      violation.ifPresent(others::add);
    }
    assertThat(others)
        .as("nothing found that breaks: %s", planted.claim())
        .contains(planted.claim());
  }

  private static List<Assignment> more(List<Assignment> list) {
    List<Assignment> more = new ArrayList<>(list);
    for (Assignment one : list) {
      for (int number = 11; number < 16; number++) {
        InstanceId id = new InstanceId(one.id().service(), number);
        more.add(PlantedBug.with(one, id, one.directive(), one.reason()));
      }
    }
    return more;
  }

  private static List<Assignment> drainAll(List<Assignment> list) {
    return list.stream().noneMatch(one -> one.minGeneration() > 0)
        ? list
        : list.stream()
            .map(one -> PlantedBug.with(one, one.id(), Directive.DRAIN, one.reason()))
            .toList();
  }
}

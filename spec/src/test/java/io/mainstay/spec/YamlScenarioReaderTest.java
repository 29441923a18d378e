package io.mainstay.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.ServiceName;
import io.mainstay.model.scenario.Act;
import io.mainstay.model.scenario.Act.Deed;
import io.mainstay.model.scenario.Act.Target;
import io.mainstay.model.scenario.Expectation;
import io.mainstay.model.scenario.Script;
import io.mainstay.model.scenario.Trouble;
import io.mainstay.model.spec.SpecProblem;
import io.mainstay.model.state.Command;
import io.mainstay.spec.YamlScenarioReader.Outcome;
import java.io.FileNotFoundException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class YamlScenarioReaderTest {
  private static final String GOOD_FILE = "services:\n  cart: {run: serve, replicas: 2}\n";
  private static final String BAD_FILE = "services:\n  cart: {run: serve, replicsa: 2}\n";

  private static Outcome read(String text) {
    return new YamlScenarioReader(file ->
        switch (file.toString()) {
          case "/srv/good.yaml" -> GOOD_FILE;
          case "/srv/bad.yaml" -> BAD_FILE;
          default -> throw new FileNotFoundException(file.toString());
        })
        .read(text, "scenarios/it.yaml", Path.of("/srv"));
  }

  private static Script good(String text) {
    Outcome outcome = read(text);
    if (outcome instanceof Outcome.Invalid invalid) {
      assertThat(invalid.problems()).extracting(SpecProblem::describe).isEmpty();
    }
    return ((Outcome.Valid) outcome).script();
  }

  private static List<String> problems(String text) {
    return read(text) instanceof Outcome.Invalid invalid
        ? invalid.problems().stream().map(SpecProblem::describe).toList()
        : List.of();
  }

  /** A scenario of two machines with one line in its timeline. */
  private static String at30(String rest) {
    return """
    services: {shop: {run: serve, replicas: 2}}
    nodes: [a, b]
    timeline:
      - {at: 30s, %s}
    """
        .formatted(rest);
  }

  @Test
  void readsAWholeScenario() {
    Script script =
        good(
            """
            file: good.yaml
            nodes:
              - a
              - {name: b, labels: {zone: west}, cpu: 2, memory: 1GiB, instances: 5}
            seed: 7
            length: 3m
            load:
              cart:
                - {from: 5s, rate: 2.5, posts: 10%}
                - {from: 60s, clients: 4}
            behave:
              cart: {start: 2s, latency: 30ms, errors: 1%, workers: 8}
            timeline:
              - {at: 40s, node-isolated: b, for: 20s}
              - {at: 30s, kill: cart-2}
            expect:
              - {serving: cart, at: 60s, at-least: 2}
              - {failed: all, at-most: 0}
              - {gap: cart, at-most: 500ms}
              - {no-event: instance-parked, of: cart}
            """);
    assertThat(script.deployment().services()).hasSize(1);
    assertThat(script.machines()).extracting(one -> one.name().value()).containsExactly("a", "b");
    assertThat(script.machines().getLast().labels()).containsEntry("zone", "west");
    assertThat(script.machines().getLast().capacity().instances()).isEqualTo(5);
    assertThat(script.seed()).isEqualTo(7);
    assertThat(script.length()).isEqualTo(Duration.ofMinutes(3));
    assertThat(script.load().get(new ServiceName("cart")))
        .containsExactly(
            new Script.Load(Duration.ofSeconds(5), 2.5, 0, 0.1),
            new Script.Load(Duration.ofSeconds(60), 0, 4, 0));
    assertThat(script.habits().get(new ServiceName("cart")).errors()).isEqualTo(0.01);
    assertThat(script.acts())
        .extracting(Act::words)
        .containsExactly("kill cart-2", "node-isolated b for 20s");
    assertThat(script.expectations())
        .extracting(Expectation::words)
        .containsExactly(
            "cart: at 60s at least 2 serve",
            "all: at most 0 failed requests",
            "cart: no answer for at most 500ms",
            "no instance-parked of cart");
  }

  @Test
  void hasDefaults() {
    Script script = good("services: {shop: {run: serve}}\nload: {shop: 50}\n");
    assertThat(script.machines()).extracting(one -> one.name().value()).containsExactly("n1");
    assertThat(script.seed()).isEqualTo(1);
    assertThat(script.length()).isEqualTo(Duration.ofMinutes(2));
    assertThat(script.load().get(new ServiceName("shop")))
        .containsExactly(new Script.Load(Duration.ofSeconds(10), 50, 0, 0));
  }

  @ParameterizedTest
  @EnumSource
  void readsEveryTrouble(Trouble trouble) {
    String target =
        switch (trouble.scope()) {
          case INSTANCES -> "shop-2";
          case SERVICE -> "shop";
          case MACHINE -> "leader";
          case LINK -> "[a, b]";
          case CLUSTER -> "true";
        };
    String more = trouble == Trouble.CLOCK_STEP ? ", by: -5m" : "";
    Script script = good(at30(trouble.label() + ": " + target + more));
    Deed.Break deed = (Deed.Break) script.acts().getFirst().deed();
    assertThat(deed.trouble()).isEqualTo(trouble);
    if (trouble == Trouble.KILL) {
      assertThat(deed.target())
          .isEqualTo(new Target.Instances(new ServiceName("shop"), OptionalInt.of(2)));
    }
    if (trouble == Trouble.CLOCK_STEP) {
      assertThat(deed.by()).isEqualTo(Duration.ofMinutes(-5));
    }
  }

  @Test
  void readsOrdersInTheWordsOfTheCommandLine() {
    assertThat(order("operator: scale shop 4, for: 1m, force: true"))
        .isEqualTo(
            new Command.Scale(
                new ServiceName("shop"), 4, Optional.of(Duration.ofMinutes(1)), true, "scenario"));
    assertThat(order("operator: restart shop")).isInstanceOf(Command.RestartService.class);
    assertThat(order("operator: restart shop-1")).isInstanceOf(Command.RestartInstance.class);
    assertThat(order("operator: drain b")).isInstanceOf(Command.DrainNode.class);
    assertThat(order("operator: drain shop-2")).isInstanceOf(Command.Drain.class);
    assertThat(order("operator: pause")).isInstanceOf(Command.Pause.class);
  }

  private static Command order(String rest) {
    return ((Deed.Order) good(at30(rest)).acts().getFirst().deed()).command();
  }

  @Test
  void tellsAllErrorsAtOnceEachInItsPlace() {
    assertThat(
            problems(
                """
                services: {shop: {run: serve, replicsa: 2}}
                nodes: 99
                length: soon
                load: {shpo: 5}
                timeline:
                  - {at: 30s, kil: shop-1}
                  - {at: 5m, kill: shop-1}
                expect:
                  - {serving: shop, at-least: 2}
                """))
        .containsExactly(
            "scenarios/it.yaml:1:31: services.shop.replicsa: replicsa (expected: a known key;"
                + " mainstay schema lists them; did you mean 'replicas'?)",
            "scenarios/it.yaml:2:8: nodes: 99 (expected: a number of machines from 1 to 50, or a"
                + " list of them)",
            "scenarios/it.yaml:3:9: length: soon (expected: a duration such as 250ms, 10s or 5m,"
                + " longer than 0)",
            "scenarios/it.yaml:4:8: load.shpo: shpo (expected: the name of a service of this"
                + " scenario; did you mean 'shop'?)",
            "scenarios/it.yaml:6:15: timeline[0].kil: kil (expected: a known key; mainstay schema"
                + " lists them; did you mean 'kill'?)",
            "scenarios/it.yaml:7:10: timeline[1].at: 5m (expected: before the end of the run,"
                + " 120s)",
            "scenarios/it.yaml:9:5: expect[0].at: missing (expected: a moment such as 60s)");
  }

  @Test
  void tellsWhatIsWrongWithOtherFilesByTheirNames() {
    assertThat(problems("file: bad.yaml\n"))
        .singleElement()
        .asString()
        .startsWith("scenarios/bad.yaml:2:22: services.cart.replicsa: replicsa");
    assertThat(problems("file: none.yaml\n"))
        .containsExactly(
            "scenarios/it.yaml:1:7: file: none.yaml (expected: a file that can be read, relative"
                + " to this one)");
    assertThat(problems("file: good.yaml\nservices: {shop: {run: serve}}\n"))
        .singleElement()
        .asString()
        .contains("only one of file, services");
    assertThat(problems("length: 1m\n")).singleElement().asString().contains("file, services");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kill: shpo-1 | an instance such as NAME-2, or a service",
        "kill: shop-1, exit: shop-2 | only one of kill, exit",
        "kill: shop-1, for: 5s | no for: kill is a moment",
        "hang: shop-1, share: 5% | no share beside hang",
        "hang: shop-1, on: a | no on beside hang",
        "crash-loop: shop, on: c | one of the machines a, b",
        "power-cut: c | one of the machines a, b",
        "link-cut: [a] | at least 2 in the list",
        "link-cut: [a, b, c] | two machines",
        "link-cut: [a, c] | one of the machines a, b",
        "quorum-lost: false | true, or not this key",
        "clock-step: a | how far the clock is set",
        "operator: restart shpo | restart with a service or an instance",
        "operator: fly shop | restart, drain, isolate",
        "operator: scale shop many | scale with a service",
        "operator: restart shop-1 shop-2 | one subject",
        "apply: none.yaml | a file that can be read",
        "for: 5s | one of kill, exit"
      })
  void refusesWhatMakesNoSenseInATimeline(String rest, String expected) {
    assertThat(problems(at30(rest))).isNotEmpty().anyMatch(line -> line.contains(expected));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "failed: shop | a whole number, for failed",
        "failed: shop, at-most: 5s | a whole number, for failed",
        "failed: shpo, at-most: 5 | did you mean 'shop'",
        "gap: shop, at-most: 5 | a duration such as 500ms",
        "serving: shop, at: 5m, at-least: 1 | at most the length of the run",
        "serving: shop, at: 5s | at-least or at-most",
        "serving: shop, at: 5s, at-least: 3, at-most: 2 | no more than at-most",
        "event: standby-promotd | did you mean 'standby-promoted'",
        "event: scaled, of: shpo | did you mean 'shop'",
        "event: scaled, from: 50s, to: 40s | no later than to",
        "no-event: scaled, at: 5s | no at beside no-event"
      })
  void refusesExpectationsThatCannotBeChecked(String one, String expected) {
    String text = "services: {shop: {run: serve}}\nexpect:\n  - {%s}\n".formatted(one);
    assertThat(problems(text)).isNotEmpty().anyMatch(line -> line.contains(expected));
  }

  @Test
  void refusesLoadThatCannotBe() {
    String services = "services: {shop: {run: serve}, batch: {run: work, port: none}}\n";
    assertThat(problems(services + "load: {batch: 5}\n"))
        .singleElement()
        .asString()
        .contains("a service with run and a port");
    assertThat(problems(services + "load: {shop: [{from: 9s, rate: 1}, {from: 5s, clients: 2}]}\n"))
        .singleElement()
        .asString()
        .contains("later than the step before, 9s");
    assertThat(problems(services + "load: {shop: {rate: 1, clients: 2}}\n"))
        .singleElement()
        .asString()
        .contains("only one of rate, clients");
    assertThat(problems(services + "nodes: [a, a, leader]\n")).hasSize(2);
  }
}

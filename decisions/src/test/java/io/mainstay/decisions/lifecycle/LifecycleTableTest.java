package io.mainstay.decisions.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.decisions.lifecycle.Samples.Options;
import io.mainstay.model.spec.ServiceSpec.StandbyMode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Every pair of state and event against the reviewed table. After a change that is meant, copy
 * {@code target/lifecycle-table.txt} over the resource and review the difference.
 */
final class LifecycleTableTest {
  private static final Path ACTUAL = Path.of("target", "lifecycle-table.txt");

  @Test
  void everyPairOfStateAndEventStandsInTheTable() throws IOException {
    String actual = table();
    Files.writeString(ACTUAL, actual);
    String reviewed;
    try (InputStream stream =
        Objects.requireNonNull(getClass().getResourceAsStream("lifecycle-table.txt"))) {
      reviewed = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertThat(actual).as("differs from the reviewed table; see %s", ACTUAL).isEqualTo(reviewed);
  }

  @Test
  void everyStateAndEveryEventHasASample() {
    assertThat(kinds(Samples.states().values())).isEqualTo(permitted(LifecycleState.class));
    TreeSet<String> events = new TreeSet<>(kinds(Samples.events().values()));
    events.add("Changed");
    assertThat(events).isEqualTo(permitted(LifecycleEvent.class));
  }

  private static TreeSet<String> kinds(java.util.Collection<?> values) {
    TreeSet<String> names = new TreeSet<>();
    values.forEach(value -> names.add(value.getClass().getSimpleName()));
    return names;
  }

  private static TreeSet<String> permitted(Class<?> sealed) {
    TreeSet<String> names = new TreeSet<>();
    for (Class<?> permitted : sealed.getPermittedSubclasses()) {
      if (permitted.isSealed()) {
        names.addAll(permitted(permitted));
      } else {
        names.add(permitted.getSimpleName());
      }
    }
    return names;
  }

  private static String table() {
    StringBuilder text = new StringBuilder();
    Samples.states()
        .forEach((name, state) -> {
          text.append(name.toUpperCase(Locale.ROOT)).append('\n');
          SequencedMap<String, TreeSet<String>> ignored = new LinkedHashMap<>();
          Samples.changes()
              .forEach((change, options) ->
                  row(text, ignored, change, state, new LifecycleEvent.Changed(), options));
          Samples.events()
              .forEach(
                  (event, value) -> row(text, ignored, event, state, value, optionsFor(state)));
          ignored.forEach((reason, events) ->
              text.append("  ignored (")
                  .append(reason)
                  .append("): ")
                  .append(String.join(", ", events))
                  .append('\n'));
          text.append('\n');
        });
    return text.toString();
  }

  /** States of warm standbys make sense with such a policy only. */
  private static Options optionsFor(LifecycleState state) {
    boolean warm =
        LifecycleView.mayBeFrozen(state)
            || (state instanceof LifecycleState.Ready ready && ready.onDemand())
            || (state instanceof LifecycleState.Draining draining
                && draining.aim() == LifecycleState.Aim.FREEZE);
    return warm ? Samples.SERVE.standby(StandbyMode.WARM) : Samples.SERVE;
  }

  private static void row(
      StringBuilder text,
      SequencedMap<String, TreeSet<String>> ignored,
      String name,
      LifecycleState state,
      LifecycleEvent event,
      Options options) {
    Transition transition = InstanceLifecycle.on(state, event, options.policy(), Samples.NOW, 0.5);
    assertThat(transition.reason()).isNotBlank();
    if (transition.ignored()) {
      assertThat(transition.next()).isEqualTo(state);
      assertThat(transition.actions()).isEmpty();
      ignored.computeIfAbsent(transition.reason(), reason -> new TreeSet<>()).add(name);
      return;
    }
    text.append(
        String.format(
            Locale.ROOT,
            "  %-22s -> %-11s %s%n",
            name,
            name(transition.next()),
            actions(transition.actions())));
    text.append("      ").append(transition.reason()).append('\n');
  }

  private static String name(LifecycleState state) {
    String words =
        state
            .getClass()
            .getSimpleName()
            .replaceAll("([a-z])([A-Z])", "$1 $2")
            .toLowerCase(Locale.ROOT);
    return state instanceof LifecycleState.Stopped stopped
        ? stopped.rest().name().toLowerCase(Locale.ROOT)
        : words;
  }

  private static String actions(List<LifecycleAction> actions) {
    return actions.stream().map(LifecycleTableTest::name).collect(Collectors.joining(", "));
  }

  private static String name(LifecycleAction action) {
    return switch (action) {
      case LifecycleAction.AwaitDependencies _ -> "await dependencies";
      case LifecycleAction.ResolveEnvironment _ -> "resolve environment";
      case LifecycleAction.RunHook hook -> "run " + hook.moment().label() + " hook";
      case LifecycleAction.Spawn _ -> "spawn";
      case LifecycleAction.Adopt _ -> "adopt";
      case LifecycleAction.Signal signal -> "SIG" + signal.signal();
      case LifecycleAction.KillGroup _ -> "kill group";
      case LifecycleAction.SetFrozen freeze -> freeze.frozen() ? "freeze" : "thaw";
      case LifecycleAction.Withdraw _ -> "withdraw";
      case LifecycleAction.DrainTraffic drain -> "drain for " + AtRest.text(drain.limit());
      case LifecycleAction.Rehearse _ -> "probe once";
      case LifecycleAction.Schedule timer ->
          timer.timer().name().toLowerCase(Locale.ROOT).replace('_', ' ')
              + " in "
              + AtRest.text(timer.delay());
      case LifecycleAction.Emit emit -> "tell " + emit.kind().label();
      case LifecycleAction.Forget _ -> "forget";
    };
  }
}

package io.mainstay.agent;

import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.spec.Checks;
import io.mainstay.model.spec.PortPolicy;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.spec.Workload.EnvironmentValue;
import io.mainstay.ports.ProcessHost;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.SequencedMap;
import java.util.function.Consumer;

/**
 * Finds out what one run needs: its port, its variables (files and commands are read anew each
 * time), and its command with all names filled in. Commands take their time, so the answer comes by
 * callback; without commands it comes before {@link #find} returns.
 */
final class RunSetup {
  private static final Duration COMMAND_LIMIT = Duration.ofSeconds(30);

  private final World world;
  private final InstanceId id;
  private final ServiceSpec spec;
  private final Consumer<Outcome> done;

  /** What came of it. */
  sealed interface Outcome {
    /** All is known. */
    record Found(RunContext context) implements Outcome {}

    /** Something is missing; the reason names it and holds no value. */
    record Missing(String reason) implements Outcome {}
  }

  private RunSetup(World world, InstanceId id, ServiceSpec spec, Consumer<Outcome> done) {
    this.world = world;
    this.id = id;
    this.spec = spec;
    this.done = done;
  }

  /**
   * Prepares a run.
   *
   * @param generation of the run
   * @param port the port of the run before, preferred; or the port of the process to be adopted
   * @param running whether the process runs already, so that its port is taken by itself
   */
  static void find(
      World world,
      InstanceId id,
      ServiceSpec spec,
      long generation,
      OptionalInt port,
      boolean running,
      Consumer<Outcome> done) {
    RunSetup setup = new RunSetup(world, id, spec, done);
    switch (spec.workload()) {
      case Workload.Upstreams upstreams -> setup.upstream(upstreams);
      case Workload.Run run -> setup.process(run, generation, port, running);
    }
  }

  private void upstream(Workload.Upstreams upstreams) {
    List<Address> addresses = upstreams.addresses();
    if (id.number() > addresses.size()) {
      done.accept(new Outcome.Missing("the service has no address number " + id.number()));
      return;
    }
    Address address = addresses.get(id.number() - 1);
    Variables variables = new Variables(new LinkedHashMap<>(), world.settings().environment());
    done.accept(finish(variables, OptionalInt.empty(), Optional.of(address), List.of()));
  }

  private void process(Workload.Run run, long generation, OptionalInt earlier, boolean running) {
    OptionalInt port = running ? earlier : port(earlier);
    if (!(spec.port() instanceof PortPolicy.None) && port.isEmpty()) {
      done.accept(new Outcome.Missing(noPort()));
      return;
    }
    Variables variables = new Variables(given(generation, port), world.settings().environment());
    Queue<Map.Entry<String, EnvironmentValue>> left =
        new ArrayDeque<>(run.environment().sequencedEntrySet());
    next(run, variables, left, port);
  }

  private OptionalInt port(OptionalInt earlier) {
    return switch (spec.port()) {
      case PortPolicy.None _ -> OptionalInt.empty();
      case PortPolicy.Auto _ -> world.host().freePort(id, earlier);
      case PortPolicy.Fixed(int wanted) -> {
        OptionalInt free = world.host().freePort(id, OptionalInt.of(wanted));
        yield free.isPresent() && free.getAsInt() == wanted ? free : OptionalInt.empty();
      }
    };
  }

  private String noPort() {
    return switch (spec.port()) {
      case PortPolicy.Fixed(int wanted) -> "port " + wanted + " is taken by another program";
      case PortPolicy.Auto _, PortPolicy.None _ -> "no free port from 20000 to 29999";
    };
  }

  private SequencedMap<String, String> given(long generation, OptionalInt port) {
    SequencedMap<String, String> given = new LinkedHashMap<>();
    port.ifPresent(number -> given.put("PORT", Integer.toString(number)));
    given.put("MAINSTAY_SERVICE", id.service().value());
    given.put("MAINSTAY_INSTANCE", id.toString());
    given.put("MAINSTAY_NODE", world.node().value());
    given.put("MAINSTAY_ADDRESS", world.settings().host());
    given.put("MAINSTAY_GENERATION", Long.toString(generation));
    given.put("MAINSTAY_PUSH_URL", world.settings().pushUrl().apply(id));
    return given;
  }

  /** Takes the variables one after the other, in file order, so that later ones may use earlier. */
  private void next(
      Workload.Run run,
      Variables variables,
      Queue<Map.Entry<String, EnvironmentValue>> left,
      OptionalInt port) {
    while (variables.problem().isEmpty() && !left.isEmpty()) {
      Map.Entry<String, EnvironmentValue> entry = left.remove();
      String name = entry.getKey();
      switch (entry.getValue()) {
        case EnvironmentValue.Text(String text) -> variables.put(name, variables.expand(text));
        case EnvironmentValue.FromFile(Path path) -> {
          Path file = variables.expand(path);
          if (variables.problem().isPresent()) {
            break;
          }
          try {
            variables.put(name, world.secrets().read(file));
          } catch (IOException e) {
            done.accept(
                new Outcome.Missing("variable " + name + ": cannot read " + file + ": " + e));
            return;
          }
        }
        case EnvironmentValue.FromCommand(List<String> words) -> {
          command(run, variables, name, words, () -> next(run, variables, left, port));
          return;
        }
      }
    }
    Optional<Address> address =
        port.isPresent()
            ? Optional.of(new Address(world.settings().host(), port.getAsInt()))
            : Optional.empty();
    // What cannot be filled in is a reason not to start, not a surprise later on.
    variables.expand(run.directory());
    run.user().ifPresent(variables::expand);
    done.accept(finish(variables, port, address, variables.expand(run.command())));
  }

  private void command(
      Workload.Run run, Variables variables, String name, List<String> words, Runnable next) {
    List<String> command = variables.expand(words);
    Path directory = variables.expand(run.directory());
    Optional<String> user = run.user().map(variables::expand);
    if (variables.problem().isPresent()) {
      next.run();
      return;
    }
    world
        .host()
        .run(
            new ProcessHost.CommandRequest(
                // Nobody's log: its output is the secret.
                Optional.empty(), command, directory, variables.environment(), user, COMMAND_LIMIT),
            outcome -> {
              if (!outcome.succeeded()) {
                done.accept(new Outcome.Missing("variable " + name + ": " + problem(outcome)));
                return;
              }
              variables.put(name, withoutLineBreak(outcome.output()));
              next.run();
            });
  }

  static String problem(ProcessHost.CommandOutcome outcome) {
    return outcome
        .problem()
        .orElseGet(() ->
            outcome.code().isPresent()
                ? "the command ended with exit code " + outcome.code().getAsInt()
                : "the command did not end by itself");
  }

  private static String withoutLineBreak(String text) {
    String shorter = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    return shorter.endsWith("\r") ? shorter.substring(0, shorter.length() - 1) : shorter;
  }

  private Outcome finish(
      Variables variables, OptionalInt port, Optional<Address> address, List<String> command) {
    Checks checks = variables.expand(spec.checks());
    Optional<String> problem = variables.problem();
    return problem.isPresent()
        ? new Outcome.Missing(problem.get())
        : new Outcome.Found(new RunContext(spec, variables, port, address, command, checks));
  }
}

package io.mainstay.spec.build;

import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.scenario.Act;
import io.mainstay.model.scenario.Expectation;
import io.mainstay.model.scenario.Script;
import io.mainstay.model.scenario.Script.Habits;
import io.mainstay.model.scenario.Script.Load;
import io.mainstay.model.scenario.Script.Machine;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.NodeCapacity;
import io.mainstay.spec.grammar.ScenarioKeys;
import io.mainstay.spec.yaml.Problems;
import io.mainstay.spec.yaml.Scalars;
import io.mainstay.spec.yaml.Value;
import io.mainstay.spec.yaml.Value.Entry;
import io.mainstay.spec.yaml.Value.Mapping;
import io.mainstay.spec.yaml.Value.Scalar;
import io.mainstay.spec.yaml.Value.Sequence;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;

/** The whole script of a scenario file whose structure has been checked. */
public final class ScenarioBuilder {
  private static final int MACHINES_MAX = 50;
  private static final Duration LONGEST = Duration.ofHours(6);

  private final Mapping root;
  private final Path base;
  private final Problems problems;
  private final FileSource source;
  private final Fields file;

  private ScenarioBuilder(Mapping root, Path base, Problems problems, FileSource source) {
    this.root = root;
    this.base = base;
    this.problems = problems;
    this.source = source;
    this.file = new Fields(ScenarioKeys.FILE, Optional.of(root), "", problems);
  }

  /** Reads other files that a scenario names; notes what is wrong with them. */
  public interface FileSource {
    /**
     * What a file asks for.
     *
     * @param path as the scenario names it
     * @param refuse is told what is expected if there is no such file
     * @return of use only if no problem was noted; empty if nothing can be said of it
     */
    Optional<Deployment> deployment(String path, Consumer<String> refuse);
  }

  /**
   * Builds everything and notes every contradiction.
   *
   * @param root of the file
   * @param base absolute; relative paths start here
   * @return of use only if {@code problems} stays empty
   */
  public static Script build(Mapping root, Path base, Problems problems, FileSource source) {
    return new ScenarioBuilder(root, base, problems, source).build();
  }

  private Script build() {
    Optional<Deployment> read =
        file.has("file")
            ? deployment(file, "file")
            : Optional.of(DeploymentBuilder.build(root, base, problems));
    List<Machine> machines = machines();
    Duration length = file.duration("length");
    if (length.compareTo(LONGEST) > 0) {
      file.refuse("length", "at most 6h");
    }
    Deployment deployment = read.orElse(Deployment.empty(base));
    SequencedMap<ServiceName, List<Load>> load = new LinkedHashMap<>();
    SequencedMap<ServiceName, Habits> habits = new LinkedHashMap<>();
    List<Act> acts = new ArrayList<>();
    List<Expectation> expectations = new ArrayList<>();
    if (read.isPresent()) {
      ScenarioNames names = new ScenarioNames(deployment, machines, problems);
      for (Entry entry : file.entries("load")) {
        names
            .serviceWithPort(entry.place(), below("load", entry), entry.key())
            .ifPresent(service -> load.put(service, load(entry)));
      }
      for (Entry entry : file.entries("behave")) {
        names
            .service(entry.place(), below("behave", entry), entry.key())
            .ifPresent(service -> habits.put(service, habits(entry)));
      }
      each("timeline")
          .forEach(moment ->
              new ActBuilder(moment, names, this::deployment)
                  .build()
                  .filter(act -> isWithin(moment, act, length))
                  .ifPresent(acts::add));
      acts.sort(Comparator.comparing(Act::at));
      each("expect")
          .forEach(one ->
              new ExpectationBuilder(one, names, length).build().ifPresent(expectations::add));
    }
    return new Script(deployment, machines, seed(), length, load, habits, acts, expectations);
  }

  private long seed() {
    return Scalars.integer(file.text("seed")).orElseThrow();
  }

  private static boolean isWithin(Fields moment, Act act, Duration length) {
    if (act.at().compareTo(length) >= 0) {
      moment.refuse("at", "before the end of the run, " + ExpectationBuilder.words(length));
      return false;
    }
    return true;
  }

  private String below(String key, Entry entry) {
    return Problems.below(key, entry.key());
  }

  private List<Fields> each(String key) {
    List<Value> elements = file.elements(key);
    List<Fields> all = new ArrayList<>();
    for (int i = 0; i < elements.size(); i++) {
      if (elements.get(i) instanceof Mapping mapping) {
        all.add(file.at(key, mapping, Problems.below(key, i)));
      }
    }
    return all;
  }

  private Optional<Deployment> deployment(Fields fields, String key) {
    return fields
        .value(key)
        .flatMap(
            _ -> source.deployment(fields.text(key), expected -> fields.refuse(key, expected)));
  }

  private List<Machine> machines() {
    Optional<Value> nodes = file.value("nodes");
    List<Machine> machines = new ArrayList<>();
    if (nodes.isPresent() && nodes.get() instanceof Sequence list) {
      for (int i = 0; i < list.elements().size(); i++) {
        Value element = list.elements().get(i);
        Fields fields = file.at("nodes", element, Problems.below("nodes", i));
        Machine machine =
            element instanceof Scalar scalar
                ? machine(scalar.text(), fields)
                : machine(fields.optional("name").orElse("?"), fields);
        boolean twice = machines.stream().anyMatch(one -> one.name().equals(machine.name()));
        if (twice || machine.name().value().equals("leader")) {
          problems.add(
              Problems.below("nodes", i),
              element,
              twice ? "each machine once" : "another name: leader is whoever decides");
        } else {
          machines.add(machine);
        }
      }
      if (machines.size() > MACHINES_MAX) {
        file.refuse("nodes", "at most " + MACHINES_MAX + " machines");
      }
    } else {
      int count = nodes.isPresent() ? file.integer("nodes") : 1;
      for (int number = 1; number <= count; number++) {
        machines.add(machine("n" + number, file.at("nodes", root, "nodes")));
      }
    }
    return machines.isEmpty() ? List.of(machine("n1", file.at("nodes", root, ""))) : machines;
  }

  private static Machine machine(String name, Fields fields) {
    SequencedMap<String, String> labels = new LinkedHashMap<>();
    for (Entry entry : fields.entries("labels")) {
      if (entry.value() instanceof Scalar scalar) {
        labels.put(entry.key(), scalar.text());
      }
    }
    return new Machine(
        new NodeName(name),
        labels,
        new NodeCapacity(fields.number("cpu"), fields.size("memory"), fields.integer("instances")));
  }

  /** A number, one step, or several in the order of their beginnings. */
  private List<Load> load(Entry entry) {
    String path = below("load", entry);
    return switch (entry.value()) {
      case Scalar scalar ->
          Scalars.decimal(scalar.text())
              .map(rate -> List.of(new Load(Duration.ofSeconds(10), rate, 0, 0)))
              .orElse(List.of());
      case Mapping mapping -> List.of(step(file.at("load", mapping, path)));
      case Sequence list -> {
        List<Load> steps = new ArrayList<>();
        for (int i = 0; i < list.elements().size(); i++) {
          Fields fields = file.at("load", list.elements().get(i), Problems.below(path, i));
          Load step = step(fields);
          if (!steps.isEmpty() && step.from().compareTo(steps.getLast().from()) <= 0) {
            fields.refuse(
                "from",
                "later than the step before, " + ExpectationBuilder.words(steps.getLast().from()));
          }
          steps.add(step);
        }
        yield steps;
      }
    };
  }

  private static Load step(Fields fields) {
    return new Load(
        fields.duration("from"),
        fields.optional("rate").flatMap(Scalars::decimal).orElse(0.0),
        fields.optional("clients").isPresent() ? fields.integer("clients") : 0,
        fields.share("posts"));
  }

  private Habits habits(Entry entry) {
    Fields fields = file.at("behave", entry.value(), below("behave", entry));
    return new Habits(
        fields.optionalDuration("start"),
        fields.optionalDuration("stop"),
        fields.optionalDuration("latency"),
        fields.integer("workers"),
        fields.share("errors"),
        fields.optionalDuration("exits-after"));
  }
}

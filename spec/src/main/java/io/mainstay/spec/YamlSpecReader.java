package io.mainstay.spec;

import io.mainstay.model.spec.Deployment;
import io.mainstay.ports.SpecReader;
import io.mainstay.spec.build.DeploymentBuilder;
import io.mainstay.spec.grammar.FileKeys;
import io.mainstay.spec.grammar.ShapeCheck;
import io.mainstay.spec.yaml.Problems;
import io.mainstay.spec.yaml.TreeReader;
import io.mainstay.spec.yaml.Value;
import io.mainstay.spec.yaml.Value.Entry;
import io.mainstay.spec.yaml.Value.Mapping;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads {@code mainstay.yaml} in three passes: text to tree, tree against the table of keys, tree
 * to model. Each pass notes all that it finds and goes on with defaults, so that one run shows
 * every error. Holds no state; any thread.
 */
public final class YamlSpecReader implements SpecReader {
  private final boolean flows;

  /** A reader for servers that watch no flows: it refuses them. */
  public YamlSpecReader() {
    this(false);
  }

  private YamlSpecReader(boolean flows) {
    this.flows = flows;
  }

  /** The same, for servers that watch flows, too. */
  public YamlSpecReader withFlows() {
    return new YamlSpecReader(true);
  }

  @Override
  public Outcome read(String text, String fileName, Path baseDirectory) {
    Problems problems = new Problems(fileName);
    Optional<Value> root = TreeReader.read(text, problems);
    if (root.isPresent()) {
      new ShapeCheck(problems).check("", root.get(), FileKeys.FILE);
      if (root.get() instanceof Mapping mapping) {
        if (!flows) {
          refuse("flows", mapping, problems);
        }
        Deployment deployment = DeploymentBuilder.build(mapping, baseDirectory, problems);
        if (problems.isEmpty()) {
          return new Outcome.Valid(deployment);
        }
      }
    }
    return new Outcome.Invalid(problems.sorted());
  }

  /** What nobody runs is refused, so that nobody relies on it. */
  private static void refuse(String key, Mapping file, Problems problems) {
    for (Entry service : below(file, "services")) {
      if (service.value() instanceof Mapping mapping && !below(mapping, key).isEmpty()) {
        Entry entry = mapping.entry(key).orElseThrow();
        problems.add(
            entry.place(),
            "services." + service.key() + "." + key,
            entry.value().shown(),
            ShapeCheck.NOT_YET,
            Optional.empty());
      }
    }
  }

  private static List<Entry> below(Mapping mapping, String key) {
    return mapping.entry(key).map(Entry::value).orElse(mapping) instanceof Mapping inside
            && mapping.entry(key).isPresent()
        ? inside.entries()
        : List.of();
  }
}

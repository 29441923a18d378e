package io.mainstay.spec;

import io.mainstay.model.spec.Deployment;
import io.mainstay.ports.SpecReader;
import io.mainstay.spec.build.DeploymentBuilder;
import io.mainstay.spec.grammar.FileKeys;
import io.mainstay.spec.grammar.ShapeCheck;
import io.mainstay.spec.yaml.Problems;
import io.mainstay.spec.yaml.TreeReader;
import io.mainstay.spec.yaml.Value;
import io.mainstay.spec.yaml.Value.Mapping;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads {@code mainstay.yaml} in three passes: text to tree, tree against the table of keys, tree
 * to model. Each pass notes all that it finds and goes on with defaults, so that one run shows
 * every error. Holds no state; any thread.
 */
public final class YamlSpecReader implements SpecReader {
  @Override
  public Outcome read(String text, String fileName, Path baseDirectory) {
    Problems problems = new Problems(fileName);
    Optional<Value> root = TreeReader.read(text, problems);
    if (root.isPresent()) {
      new ShapeCheck(problems).check("", root.get(), FileKeys.FILE);
      if (root.get() instanceof Mapping mapping) {
        Deployment deployment = DeploymentBuilder.build(mapping, baseDirectory, problems);
        if (problems.isEmpty()) {
          return new Outcome.Valid(deployment);
        }
      }
    }
    return new Outcome.Invalid(problems.sorted());
  }
}

package io.mainstay.spec;

import io.mainstay.model.scenario.Script;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.SpecProblem;
import io.mainstay.spec.build.DeploymentBuilder;
import io.mainstay.spec.build.ScenarioBuilder;
import io.mainstay.spec.grammar.FileKeys;
import io.mainstay.spec.grammar.ScenarioKeys;
import io.mainstay.spec.grammar.Section;
import io.mainstay.spec.grammar.ShapeCheck;
import io.mainstay.spec.yaml.Problems;
import io.mainstay.spec.yaml.TreeReader;
import io.mainstay.spec.yaml.Value;
import io.mainstay.spec.yaml.Value.Mapping;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;

/**
 * Reads scenario files, as {@link YamlSpecReader} reads {@code mainstay.yaml}: one run shows every
 * error, also of the files that a scenario names. One thread at a time.
 */
public final class YamlScenarioReader {
  private final TextSource texts;

  /** A reader that gets files from {@code texts}. */
  public YamlScenarioReader(TextSource texts) {
    this.texts = texts;
  }

  /** Gives the texts of files. */
  @FunctionalInterface
  public interface TextSource {
    /** The text of a file; the path is absolute. */
    String read(Path file) throws IOException;
  }

  /** What came of reading. */
  public sealed interface Outcome {
    /** The file is right. */
    record Valid(Script script) implements Outcome {}

    /** All that is wrong, file by file; never empty. */
    record Invalid(List<SpecProblem> problems) implements Outcome {
      /** Copies the list. */
      public Invalid {
        problems = List.copyOf(problems);
      }
    }
  }

  /**
   * Reads and checks everything.
   *
   * @param text the YAML
   * @param fileName as messages name it
   * @param baseDirectory absolute; relative paths of the file start here
   */
  public Outcome read(String text, String fileName, Path baseDirectory) {
    Problems problems = new Problems(fileName);
    Others others = new Others(fileName, baseDirectory);
    Optional<Mapping> root = root(text, problems, ScenarioKeys.FILE);
    Optional<Script> script =
        root.map(
            mapping -> ScenarioBuilder.build(mapping, baseDirectory, problems, others::deployment));
    List<SpecProblem> all = new ArrayList<>(problems.sorted());
    others.problems.values().forEach(more -> all.addAll(more.sorted()));
    return script.isPresent() && all.isEmpty()
        ? new Outcome.Valid(script.get())
        : new Outcome.Invalid(all);
  }

  private static Optional<Mapping> root(String text, Problems problems, Section section) {
    Optional<Value> root = TreeReader.read(text, problems);
    root.ifPresent(value -> new ShapeCheck(problems).check("", value, section));
    return root.filter(Mapping.class::isInstance).map(Mapping.class::cast);
  }

  /** The files that a scenario names; each is read once. */
  private final class Others {
    private final Path scenario;
    private final Path base;
    private final SequencedMap<String, Problems> problems = new LinkedHashMap<>();
    private final SequencedMap<String, Optional<Deployment>> read = new LinkedHashMap<>();

    Others(String fileName, Path base) {
      this.scenario = Path.of(fileName);
      this.base = base;
    }

    Optional<Deployment> deployment(String path, Consumer<String> refuse) {
      if (!read.containsKey(path)) {
        read.put(path, load(path, refuse));
      }
      return read.get(path);
    }

    private Optional<Deployment> load(String path, Consumer<String> refuse) {
      Path file = base.resolve(path).normalize();
      String text;
      try {
        text = texts.read(file);
      } catch (IOException e) {
        refuse.accept("a file that can be read, relative to this one");
        return Optional.empty();
      }
      Problems own = new Problems(scenario.resolveSibling(path).normalize().toString());
      problems.put(path, own);
      Path folder = file.getParent();
      return root(text, own, FileKeys.FILE)
          .map(mapping -> DeploymentBuilder.build(mapping, folder == null ? base : folder, own));
    }
  }
}

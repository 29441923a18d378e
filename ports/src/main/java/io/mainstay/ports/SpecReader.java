package io.mainstay.ports;

import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.SpecProblem;
import java.nio.file.Path;
import java.util.List;

/** Reads the text of a {@code mainstay.yaml}. Any thread; no I/O but for pages that it names. */
public interface SpecReader {
  /**
   * Reads and checks everything.
   *
   * @param text the YAML
   * @param fileName as messages name it
   * @param baseDirectory absolute; relative paths of the file start here
   */
  Outcome read(String text, String fileName, Path baseDirectory);

  /** What came of reading. */
  sealed interface Outcome {
    /** The file is right. */
    record Valid(Deployment deployment) implements Outcome {}

    /** All that is wrong with it, in file order; never empty. */
    record Invalid(List<SpecProblem> problems) implements Outcome {
      /** Copies the list. */
      public Invalid {
        problems = List.copyOf(problems);
      }
    }
  }
}

package io.mainstay.cli;

import io.mainstay.model.scenario.Ending;
import io.mainstay.model.scenario.Script;
import io.mainstay.model.scenario.TranscriptLine;
import java.util.SequencedMap;
import java.util.function.Consumer;

/** Plays scenarios in virtual time; whoever wires the program provides it. */
@FunctionalInterface
public interface ScenarioPlayer {
  /**
   * Plays one to its end.
   *
   * @param environment of the simulated servers
   * @param reader gets each line of the transcript as it is written
   * @param verbose whether details of the inside are written, too
   */
  Ending play(
      Script script,
      SequencedMap<String, String> environment,
      Consumer<TranscriptLine> reader,
      boolean verbose);
}

package io.mainstay.server;

import io.mainstay.cli.ScenarioPlayer;
import io.mainstay.model.scenario.Ending;
import io.mainstay.model.scenario.Script;
import io.mainstay.model.scenario.TranscriptLine;
import io.mainstay.simulator.Play;
import java.util.SequencedMap;
import java.util.function.Consumer;

/** {@code mainstay simulate}: nothing of the simulator is loaded by any other command. */
final class SimulatedPlay implements ScenarioPlayer {
  @Override
  public Ending play(
      Script script,
      SequencedMap<String, String> environment,
      Consumer<TranscriptLine> reader,
      boolean verbose) {
    return new Play(script, environment, reader, verbose).run();
  }
}

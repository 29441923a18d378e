package io.mainstay.cli;

import java.nio.file.Path;
import java.util.List;

/** What on this machine would hold Mainstay back; whoever wires the program provides it. */
@FunctionalInterface
public interface MachineReport {
  /**
   * Looks now.
   *
   * @param dataFolder of the server that runs or would run here; absolute, need not exist
   */
  List<Finding> findings(Path dataFolder);

  /** How much it matters. */
  enum Level {
    OK,
    WARNING,
    FAILED
  }

  /**
   * One thing that was looked at.
   *
   * @param subject what, a few words
   * @param level how much it matters
   * @param found what was seen
   * @param fix what to do about it; empty if nothing
   */
  record Finding(String subject, Level level, String found, String fix) {}
}

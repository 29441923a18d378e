package io.mainstay.cli;

/** Colours of states, where the terminal shows them. */
enum Colour {
  GOOD("\u001b[32m"),
  WARN("\u001b[33m"),
  BAD("\u001b[31m"),
  DIM("\u001b[2m"),
  NONE("");

  private static final String END = "\u001b[0m";
  private final String begin;

  Colour(String begin) {
    this.begin = begin;
  }

  /** What a state, a verdict, or the state of an operation deserves. */
  static Colour of(String label) {
    return switch (label) {
      case "healthy", "serving", "standby", "done", "ok" -> GOOD;
      case "degraded",
          "diverted",
          "starting",
          "pending",
          "draining",
          "stopping",
          "running",
          "warning" ->
          WARN;
      case "failing", "down", "parked", "isolated", "backing-off", "failed" -> BAD;
      case "unknown", "stopped" -> DIM;
      default -> NONE;
    };
  }

  /** The text in this colour, if colours are on. */
  String paint(String text, boolean on) {
    return on && this != NONE ? begin + text + END : text;
  }
}

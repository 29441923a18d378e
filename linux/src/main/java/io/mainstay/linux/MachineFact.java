package io.mainstay.linux;

/**
 * One thing about this machine that matters to Mainstay.
 *
 * @param subject what was looked at, a few words
 * @param level how much it matters
 * @param found what was seen
 * @param fix what to do about it; empty if nothing
 */
public record MachineFact(String subject, Level level, String found, String fix) {
  /** How much it matters. */
  public enum Level {
    /** As it should be. */
    OK,
    /** Something works less well than it could. */
    WARNING,
    /** Something does not work. */
    FAILED
  }

  static MachineFact ok(String subject, String found) {
    return new MachineFact(subject, Level.OK, found, "");
  }

  static MachineFact warning(String subject, String found, String fix) {
    return new MachineFact(subject, Level.WARNING, found, fix);
  }

  static MachineFact failed(String subject, String found, String fix) {
    return new MachineFact(subject, Level.FAILED, found, fix);
  }
}

package io.mainstay.decisions.evidence;

/**
 * The changes among the last 21 results of something.
 *
 * @param last the newest result; -1: there was none yet
 * @param changes bit 0: the newest result differs from the one before it; bit 19: the oldest
 * @param flapping whether it changes too often to be believed
 * @param episodes how often it began to, since it was last quiet for 20 results
 */
public record FlapState(int last, int changes, boolean flapping, int episodes) {
  /** Nothing known. */
  public static final FlapState NONE = new FlapState(-1, 0, false, 0);
}

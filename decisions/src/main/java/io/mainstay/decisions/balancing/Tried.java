package io.mainstay.decisions.balancing;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The instances that one request has tried already. Reusable; one thread. */
public final class Tried {
  /** For first tries; never changed. */
  public static final Tried NONE = new Tried();

  private @Nullable Candidate[] candidates = new Candidate[2];
  private int size;
  private boolean avoidsNodes;

  /** Remembers a try. */
  public void add(Candidate candidate) {
    if (this == NONE) {
      throw new IllegalStateException("Tried.NONE is shared");
    }
    if (size == candidates.length) {
      candidates = Arrays.copyOf(candidates, size * 2);
    }
    candidates[size++] = candidate;
  }

  /** Whether that run was tried. */
  public boolean contains(Candidate candidate) {
    for (int i = 0; i < size; i++) {
      if (candidates[i] == candidate) {
        return true;
      }
    }
    return false;
  }

  /** Whether that run was tried, or runs on a node that is avoided. */
  boolean avoids(Candidate candidate) {
    for (int i = 0; i < size; i++) {
      Candidate one = candidates[i];
      if (one == candidate || (avoidsNodes && one != null && candidate.sharesNode(one))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether the nodes of those that were tried are avoided too: a try that ended without a byte or
   * a connection may have met a dead node, and the next one must not meet it again.
   */
  public void avoidNodes(boolean avoid) {
    avoidsNodes = avoid;
  }

  /** Whether nodes are avoided. */
  boolean avoidsNodes() {
    return avoidsNodes;
  }

  /** Whether nothing was tried. */
  public boolean isEmpty() {
    return size == 0;
  }

  /** Forgets everything, for the next request. */
  public void clear() {
    Arrays.fill(candidates, null);
    size = 0;
    avoidsNodes = false;
  }
}

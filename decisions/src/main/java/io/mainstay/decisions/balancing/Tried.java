package io.mainstay.decisions.balancing;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The instances that one request has tried already. Reusable; one thread. */
public final class Tried {
  /** For first tries; never changed. */
  public static final Tried NONE = new Tried();

  private @Nullable Candidate[] candidates = new Candidate[2];
  private int size;

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

  /** Whether nothing was tried. */
  public boolean isEmpty() {
    return size == 0;
  }

  /** Forgets everything, for the next request. */
  public void clear() {
    Arrays.fill(candidates, null);
    size = 0;
  }
}

package io.mainstay.controller;

import io.mainstay.model.state.Explanation.Finding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The last findings of each service and instance, for {@code explain}. One thread writes, any
 * reads. What a decider says again and again is kept once, with the newest evidence.
 */
final class Findings {
  static final int KEPT = 20;

  /** How a decision begins that says what was not done. */
  static final String REFUSE = "refuse ";

  private final ConcurrentHashMap<String, List<Finding>> bySubject = new ConcurrentHashMap<>();

  void add(String subject, Finding finding) {
    List<Finding> before = bySubject.getOrDefault(subject, List.of());
    List<Finding> after = new ArrayList<>(Math.min(KEPT, before.size() + 1));
    after.add(finding);
    for (Finding old : before) {
      boolean repeated =
          old.decider().equals(finding.decider()) && old.decision().equals(finding.decision());
      if (!repeated && after.size() < KEPT) {
        after.add(old);
      }
    }
    bySubject.put(subject, List.copyOf(after));
  }

  /** Newest first. */
  List<Finding> of(String subject) {
    return bySubject.getOrDefault(subject, List.of());
  }

  /** Forgets all but these subjects, so that the memory stays bounded. */
  void retain(Collection<String> subjects) {
    bySubject.keySet().retainAll(subjects);
  }

  int subjects() {
    return bySubject.size();
  }
}

package io.mainstay.zookeeper;

import io.mainstay.ports.Coordinator.Term;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The election nodes of the newest terms that candidates of this process won. One thread. */
final class Terms {
  private static final int KEPT = 16;

  private final Map<Term, String> paths =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Term, String> eldest) {
          return size() > KEPT;
        }
      };

  void add(Term term, String path) {
    paths.put(term, path);
  }

  /** Its election node; empty for a term that is too old or was never won here. */
  Optional<String> path(Term term) {
    return Optional.ofNullable(paths.get(term));
  }
}

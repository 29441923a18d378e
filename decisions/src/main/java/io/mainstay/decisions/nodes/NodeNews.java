package io.mainstay.decisions.nodes;

import io.mainstay.model.EventKind;
import io.mainstay.model.NodeName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Something to tell about nodes.
 *
 * @param kind what happened
 * @param node to whom, if to one
 * @param reason one sentence
 * @param evidence what mattered
 */
public record NodeNews(
    EventKind kind, Optional<NodeName> node, String reason, SequencedMap<String, String> evidence) {
  /** Copies the evidence. */
  public NodeNews {
    evidence = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(evidence));
  }
}

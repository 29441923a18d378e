package io.mainstay.agent;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * What an agent must know of its surroundings.
 *
 * @param adminUrl where instances report push checks, such as {@code http://127.0.0.1:7070}
 * @param host the address under which the gateway reaches instances of this node
 * @param environment Mainstay's own, which instances inherit
 */
public record AgentSettings(
    String adminUrl, String host, SequencedMap<String, String> environment) {
  /** Copies the map. */
  public AgentSettings {
    environment = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(environment));
  }
}

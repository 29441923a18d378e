package io.mainstay.agent;

import io.mainstay.model.InstanceId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Function;

/**
 * What an agent must know of its surroundings.
 *
 * @param pushUrl where an instance reports push checks
 * @param host the address under which the gateway reaches instances of this node
 * @param environment Mainstay's own, which instances inherit
 */
public record AgentSettings(
    Function<InstanceId, String> pushUrl, String host, SequencedMap<String, String> environment) {
  /** Copies the map. */
  public AgentSettings {
    environment = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(environment));
  }

  /**
   * Push checks go to the plain path below {@code adminUrl}, such as {@code http://127.0.0.1:7070}.
   */
  public AgentSettings(String adminUrl, String host, SequencedMap<String, String> environment) {
    this(id -> adminUrl + "/api/v1/instances/" + id + "/push", host, environment);
  }
}

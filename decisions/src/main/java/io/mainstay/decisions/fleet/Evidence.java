package io.mainstay.decisions.fleet;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** Facts that mattered, in the order in which a person wants to read them. */
public final class Evidence {
  private final LinkedHashMap<String, String> facts = new LinkedHashMap<>();

  /** Nothing yet. */
  public Evidence() {}

  /** Starts with one fact. */
  public static Evidence of(String name, Object value) {
    return new Evidence().and(name, value);
  }

  /** Adds a fact; a second one of that name replaces the first. */
  public Evidence and(String name, Object value) {
    facts.put(name, value.toString());
    return this;
  }

  /** What was gathered; not to be changed any more. */
  public SequencedMap<String, String> map() {
    return facts;
  }
}

package io.mainstay.simulator;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What servers find on their machines beside their own files.
 *
 * @param environment of the servers
 * @param everySecret what every file of a secret holds; empty: there are none
 */
record Surroundings(SequencedMap<String, String> environment, Optional<String> everySecret) {
  /** Nothing. */
  static final Surroundings NONE = new Surroundings(new LinkedHashMap<>(), Optional.empty());

  Surroundings {
    environment = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(environment));
  }

  String secret(Path file) throws IOException {
    return everySecret.orElseThrow(() -> new IOException("no such file: " + file));
  }
}

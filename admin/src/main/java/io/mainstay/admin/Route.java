package io.mainstay.admin;

import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * One thing that the API can do.
 *
 * @param method of HTTP
 * @param pattern its path; {@code {name}} stands for one part that is not empty
 * @param access what a caller needs
 * @param handler does it
 */
record Route(String method, String pattern, Access access, Handler handler) {
  /** What a caller needs. */
  enum Access {
    /** Nothing: loopback reads are free. */
    READ,
    /** The token and a JSON body. */
    ACT,
    /** The token and a YAML body. */
    SPEC,
    /** The key in the path; any body. */
    PUSH,
    /** The certificate of a node of this cluster. */
    NODE,
    /** Nothing but TLS: what lets a machine in is in the body. */
    JOIN
  }

  /** Does what a route is for. May block; every request has a thread of its own. */
  @FunctionalInterface
  interface Handler {
    /** Answers, or throws a {@link Problem}. */
    Response handle(Request request) throws Exception;
  }

  /** The named parts, if {@code path} is one of this pattern. */
  Optional<SequencedMap<String, String>> match(String path) {
    String[] wanted = pattern.split("/", -1);
    String[] given = path.split("/", -1);
    if (wanted.length != given.length) {
      return Optional.empty();
    }
    SequencedMap<String, String> parameters = new LinkedHashMap<>();
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i].startsWith("{") && !given[i].isEmpty()) {
        parameters.put(wanted[i].substring(1, wanted[i].length() - 1), given[i]);
      } else if (!wanted[i].equals(given[i])) {
        return Optional.empty();
      }
    }
    return Optional.of(parameters);
  }
}

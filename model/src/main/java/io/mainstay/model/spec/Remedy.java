package io.mainstay.model.spec;

import java.util.Locale;

/** What can be done about a service whose business fails, from the mildest to the last. */
public enum Remedy {
  /** Run the culprit anew. */
  RESTART,
  /** Start a fresh instance beside the culprit and let that one go. */
  REPLACE,
  /** Take the culprit out of the traffic and leave it running for a look at it. */
  ISOLATE,
  /** Send the service's requests to its fallback. */
  DIVERT,
  /** Stop the service's instances; if it has a fallback, only while all its requests go there. */
  SHUTDOWN,
  /** Say so, and do nothing. */
  NOTIFY;

  /** The kebab-case name that users see. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}

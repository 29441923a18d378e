package io.mainstay.model.state;

/** What an agent is to do with an instance that is assigned to it. */
public enum Directive {
  /** Keep it up. */
  RUN,
  /** Keep the process, take no traffic (an operator's {@code drain}). */
  DRAIN,
  /** Keep the process for a look at it, take no traffic, never restart it. */
  ISOLATE,
  /** Out of traffic, drained, stopped in order, then forgotten. */
  REMOVE
}

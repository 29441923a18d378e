package io.mainstay.decisions.retry;

/**
 * What is known about a try that failed.
 *
 * @param kind how
 * @param status of the answer; 0 unless {@code kind} is STATUS
 * @param method upper case, as sent by the client
 * @param tries made so far, this one included; those that failed to connect do not count
 * @param bytesSent whether a byte of the request may have reached an instance
 * @param bodyHeld whether the whole request can be sent again
 * @param responseBegun whether a byte of the response has gone to the client
 * @param instanceGone whether the process is known to have exited
 * @param anotherLeft whether an instance that was not tried takes traffic (or will: requests are
 *     held for it)
 * @param nodeSilent whether the whole node of the instance answers nobody, not even a connection
 */
public record FailedTry(
    FailureKind kind,
    int status,
    String method,
    int tries,
    boolean bytesSent,
    boolean bodyHeld,
    boolean responseBegun,
    boolean instanceGone,
    boolean anotherLeft,
    boolean nodeSilent) {
  /** One on a node that answers. */
  public FailedTry(
      FailureKind kind,
      int status,
      String method,
      int tries,
      boolean bytesSent,
      boolean bodyHeld,
      boolean responseBegun,
      boolean instanceGone,
      boolean anotherLeft) {
    this(
        kind,
        status,
        method,
        tries,
        bytesSent,
        bodyHeld,
        responseBegun,
        instanceGone,
        anotherLeft,
        false);
  }

  /** The same with somebody left to send it to. */
  public FailedTry followedByAnother() {
    return new FailedTry(
        kind,
        status,
        method,
        tries,
        bytesSent,
        bodyHeld,
        responseBegun,
        instanceGone,
        true,
        nodeSilent);
  }
}

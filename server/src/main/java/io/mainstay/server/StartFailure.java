package io.mainstay.server;

/** Why a server cannot start, for its user: what, where, and what was expected. */
final class StartFailure extends Exception {
  private static final long serialVersionUID = 1;

  StartFailure(String message) {
    super(message);
  }
}

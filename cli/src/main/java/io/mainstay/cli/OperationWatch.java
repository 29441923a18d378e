package io.mainstay.cli;

/** Follows an operation of the server and says how far it is. */
final class OperationWatch {
  private static final long POLL_MILLIS = 200;
  private final Screen screen;

  OperationWatch(Screen screen) {
    this.screen = screen;
  }

  /** Reports an operation, at its end if {@code toTheEnd}; answers the exit code. */
  int finish(AdminClient client, JsonTree begun, boolean toTheEnd) {
    JsonTree operation = toTheEnd ? end(client, begun) : begun;
    String state = operation.text("state");
    String message = operation.text("message");
    screen.line(
        operation.text("what")
            + ": "
            + Colour.of(state).paint(state.equals("running") ? "accepted" : state, screen.colour())
            + (message.isEmpty() ? "" : " (" + message + ")"));
    return state.equals("failed") ? ExitCode.FAILED : ExitCode.DONE;
  }

  /** Waits for the end, with a line of progress whenever there is something new to say. */
  JsonTree end(AdminClient client, JsonTree begun) {
    JsonTree operation = begun;
    String said = "";
    while (operation.text("state").equals("running")) {
      String message = operation.text("message");
      if (!message.equals(said)) {
        screen.note(operation.text("what") + ": " + message);
        said = message;
      }
      pause();
      operation = client.get("/api/v1/operations/" + operation.text("id"));
    }
    return operation;
  }

  /** Between two looks at the server. */
  static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliFailure(ExitCode.FAILED, "interrupted");
    }
  }
}

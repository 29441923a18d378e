package io.mainstay.admin;

import static io.mainstay.admin.Route.Access.ACT;

import io.mainstay.ports.Snapshots;
import java.io.IOException;
import java.util.List;

/** Hands out what operators asked for, as a file: with its secrets, so only against the token. */
final class SnapshotAct {
  private final Snapshots snapshots;

  SnapshotAct(Snapshots snapshots) {
    this.snapshots = snapshots;
  }

  List<Route> routes() {
    return List.of(new Route("POST", "/api/v1/snapshot", ACT, this::take));
  }

  private Response take(Request request) throws IOException {
    ActBody.read(request, List.of("reason"));
    try {
      return new Response.Whole(200, "application/octet-stream", snapshots.take());
    } catch (IOException e) {
      throw new Problem(
          503,
          "no-coordination",
          "The coordination cannot be reached",
          e.getMessage() + " (expected: a majority of its servers)");
    }
  }
}

package io.mainstay.server;

import io.mainstay.model.Actor;
import io.mainstay.model.Address;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.Operation;
import io.mainstay.model.state.Status;
import io.mainstay.ports.ServerControl;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One running server: begins with what an earlier run left, applies the file, and ends in order.
 * Any thread.
 */
final class Server implements ServerControl {
  private static final Duration APPLY_RETRY = Duration.ofMillis(200);

  private final ServerOptions options;
  private final Optional<Deployment> deployment;
  private final AtomicReference<Optional<Ending>> asked = new AtomicReference<>(Optional.empty());
  private final CountDownLatch endAsked = new CountDownLatch(1);
  private final CountDownLatch hurry = new CountDownLatch(1);
  private volatile boolean applied;
  private volatile List<InstanceId> left = List.of();
  private volatile @Nullable Rooms opened;

  /**
   * Nothing is opened yet.
   *
   * @param deployment to apply; empty: what the cluster has applied holds
   */
  Server(ServerOptions options, Optional<Deployment> deployment) {
    this.options = options;
    this.deployment = deployment;
  }

  /** How a server is to end. */
  private record Ending(boolean keepInstances, Actor actor, String reason) {}

  /**
   * Opens everything and begins.
   *
   * @throws StartFailure if something that a server cannot do without is missing; nothing is left
   *     open
   */
  void start() throws StartFailure {
    Rooms rooms = Rooms.open(options, this);
    opened = rooms;
    LinkedHashMap<String, String> evidence = new LinkedHashMap<>();
    evidence.put("version", Main.VERSION);
    evidence.put("pid", Long.toString(ProcessHandle.current().pid()));
    options.file().ifPresent(file -> evidence.put("file", file.toString()));
    rooms.events.write(
        EventKind.SERVER_STARTED, Actor.SYSTEM, "the server of " + options.node(), evidence);
    rooms.begin(deployment);
    if (deployment.isPresent()) {
      apply(rooms, deployment.get());
    } else {
      applied = true;
    }
  }

  /** Applies the file as soon as somebody decides; goes on trying until then. */
  private void apply(Rooms rooms, Deployment wanted) {
    var _ =
        rooms
            .control
            .submit(new Command.Begin(wanted, "mainstay up " + fileName()), Actor.operator("up"))
            .whenComplete((outcome, problem) -> {
              if (problem == null
                  && outcome instanceof CommandResult.Accepted accepted
                  && accepted.operation().state() != Operation.State.FAILED) {
                applied = true;
              } else if (!isEnding()) {
                // Nobody decides yet, or somebody else was first.
                rooms.serverMailbox.after(APPLY_RETRY, () -> apply(rooms, wanted));
              }
            });
  }

  private String fileName() {
    return options.file().map(file -> String.valueOf(file.getFileName())).orElse("");
  }

  /** What users see now. */
  Status status() {
    return rooms().controller.status();
  }

  /** Which instances still run while the server ends; empty before. */
  List<InstanceId> left() {
    return left;
  }

  /** Where the API listens. */
  Address admin() {
    return rooms().admin();
  }

  private Rooms rooms() {
    return Objects.requireNonNull(opened, "the server was not started");
  }

  @Override
  public boolean ready() {
    return applied && rooms().controller.lastLeader().isPresent();
  }

  @Override
  public void stop(boolean keepInstances, Actor actor, String reason) {
    Ending now = new Ending(keepInstances, actor, reason);
    asked.updateAndGet(earlier ->
        earlier.isEmpty() || (earlier.get().keepInstances() && !keepInstances)
            ? Optional.of(now)
            : earlier);
    endAsked.countDown();
  }

  /** A second request to end: what is left is killed. */
  void hurry() {
    hurry.countDown();
  }

  /** Whether somebody asked for the end. */
  boolean isEnding() {
    return asked.get().isPresent();
  }

  /** Waits until somebody asks for the end, or the time is over; tells which. */
  boolean awaitEnd(Duration atMost) throws InterruptedException {
    return endAsked.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Ends everything in order, or the server only; waits for it. */
  void end() throws InterruptedException {
    Ending ending = asked.get().orElse(new Ending(false, Actor.SYSTEM, "ended"));
    LinkedHashMap<String, String> evidence = new LinkedHashMap<>();
    evidence.put("instances", ending.keepInstances() ? "go on" : "stopped in order");
    Rooms rooms = rooms();
    rooms.events.write(
        EventKind.SERVER_STOPPED,
        ending.actor(),
        ending.reason().isBlank() ? "asked to end" : ending.reason(),
        evidence);
    rooms.end(ending.keepInstances(), hurry, ids -> left = ids);
  }
}

package io.mainstay.server;

import io.mainstay.journal.JournalReport;
import io.mainstay.model.EventKind;
import io.mainstay.ports.HostProblem;
import io.mainstay.zookeeper.CoordinationPeer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Makes events of what adapters report. What the event journal reports of itself, while it is being
 * opened, waits until it is there. Any thread.
 */
final class Troubles implements CoordinationPeer.Listener {
  private final Queue<Runnable> early = new ArrayDeque<>();
  private @Nullable EventWriter events;

  /** From now on events can be written. */
  synchronized void writeTo(EventWriter writer) {
    events = writer;
    early.forEach(Runnable::run);
    early.clear();
  }

  void journal(String name, JournalReport report) {
    switch (report) {
      case JournalReport.WriteFailed failed ->
          write(EventKind.DISK_FULL, name + " cannot be written: " + failed.reason());
      case JournalReport.WriteRecovered recovered ->
          write(
              EventKind.DISK_RECOVERED,
              name + " is written again; entries lost meanwhile: " + recovered.lost());
      case JournalReport.Damaged damaged ->
          write(
              EventKind.COMPONENT_FAILED,
              name + ": damaged: " + damaged.file() + ": " + damaged.reason());
      case JournalReport.SetAside aside ->
          write(
              EventKind.COMPONENT_FAILED,
              name + ": damaged, set aside as " + aside.file() + ": " + aside.reason());
    }
  }

  void host(HostProblem problem) {
    write(
        problem.kind(),
        problem.instance().map(instance -> instance + ": ").orElse("") + problem.reason());
  }

  void bug(String component, Throwable problem) {
    later(writer -> writer.bug(component, problem));
  }

  @Override
  public void started(String address, Duration took) {
    // Expected; the election says that it works.
  }

  @Override
  public void lost(String reason) {
    write(EventKind.COORDINATION_LOST, reason + "; traffic, checks and crash restarts go on");
  }

  @Override
  public void restored(String reason) {
    write(EventKind.COORDINATION_RESTORED, reason);
  }

  @Override
  public void damaged(Path kept, String reason, String saved) {
    write(
        EventKind.COMPONENT_FAILED,
        "coordination: the stored state is damaged ("
            + reason
            + "), kept as "
            + kept
            + "; "
            + saved);
  }

  private void write(EventKind kind, String reason) {
    later(writer -> writer.write(kind, reason));
  }

  private synchronized void later(java.util.function.Consumer<EventWriter> action) {
    EventWriter writer = events;
    if (writer == null) {
      early.add(() -> {
        EventWriter now = events;
        if (now != null) {
          action.accept(now);
        }
      });
    } else {
      action.accept(writer);
    }
  }
}

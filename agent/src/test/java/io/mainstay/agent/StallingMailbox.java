package io.mainstay.agent;

import io.mainstay.ports.Mailbox;
import io.mainstay.testkit.VirtualMailbox;
import io.mainstay.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The mailbox of a disk that may stand still for a while. */
final class StallingMailbox implements Mailbox {
  private final VirtualMailbox inner;
  private final List<Runnable> held = new ArrayList<>();
  private boolean stalled;

  StallingMailbox(VirtualTime time) {
    inner = time.mailbox("disk");
  }

  /** From now on nothing is done. */
  void stall() {
    stalled = true;
  }

  /** What came meanwhile is done now. */
  void goOn() {
    stalled = false;
    held.forEach(inner::post);
    held.clear();
  }

  /** The server is gone. */
  void close() {
    inner.close();
  }

  @Override
  public void post(Runnable task) {
    if (stalled) {
      held.add(task);
    } else {
      inner.post(task);
    }
  }

  @Override
  public Cancellable after(Duration delay, Runnable task) {
    return inner.after(delay, task);
  }
}

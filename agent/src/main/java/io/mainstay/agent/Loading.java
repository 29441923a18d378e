package io.mainstay.agent;

import io.mainstay.model.EventKind;
import io.mainstay.model.state.InstanceRecord;
import io.mainstay.ports.InstanceJournal;
import io.mainstay.ports.ProcessHost;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/**
 * Finds out what an earlier server left: what it wrote down, and what runs beside that. Without
 * knowing it a start could make a twin, so what cannot be read is read again until it can. In the
 * agent's mailbox.
 */
final class Loading {
  private static final Duration AGAIN = Duration.ofSeconds(2);
  private static final int TRIES_AT_THE_END = 4;

  private final World world;
  private final InstanceJournal journal;
  private final BooleanSupplier ending;
  private final BiConsumer<List<InstanceRecord>, List<ProcessHost.Stray>> found;
  private int failures;
  private boolean closed;

  /**
   * Only keeps what it is given.
   *
   * @param ending whether the server is to end: then it does not try for ever
   * @param found hears once what there is
   */
  Loading(
      World world,
      InstanceJournal journal,
      BooleanSupplier ending,
      BiConsumer<List<InstanceRecord>, List<ProcessHost.Stray>> found) {
    this.world = world;
    this.journal = journal;
    this.ending = ending;
    this.found = found;
  }

  /** Nobody wants to know any more. */
  void close() {
    closed = true;
  }

  void begin() {
    if (closed) {
      return;
    }
    List<InstanceRecord> entries;
    try {
      entries = journal.load();
    } catch (IOException e) {
      failed(e);
      return;
    }
    List<String> nonces = entries.stream().flatMap(entry -> entry.nonce().stream()).toList();
    world.host().strays(nonces, strays -> done(entries, strays));
  }

  private void failed(IOException e) {
    failures++;
    if (failures == 1) {
      tell("cannot read what was written down about instances, so none is started: " + e);
    }
    if (ending.getAsBoolean() && failures > TRIES_AT_THE_END) {
      tell("instances of an earlier server, if there are any, go on: what they are cannot be read");
      done(List.of(), List.of());
      return;
    }
    world.mailbox().after(AGAIN, this::begin);
  }

  private void done(List<InstanceRecord> entries, List<ProcessHost.Stray> strays) {
    if (!closed) {
      closed = true;
      found.accept(entries, strays);
    }
  }

  private void tell(String reason) {
    NodeEvents.tell(world, EventKind.COMPONENT_FAILED, reason);
  }
}

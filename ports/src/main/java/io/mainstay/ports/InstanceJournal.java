package io.mainstay.ports;

import io.mainstay.model.InstanceId;
import io.mainstay.model.state.InstanceRecord;
import java.io.IOException;
import java.util.List;

/**
 * Where the agent writes down what it does. When a call returns, the text survives a kill of the
 * server; a power cut may lose it, with the processes that it is about. One thread.
 */
public interface InstanceJournal {
  /** Replaces what is written about the instance; on failure the old text stays. */
  void write(InstanceRecord entry) throws IOException;

  /**
   * Forgets the instance, for good: a power cut does not bring the entry back. No effect if nothing
   * is written about it.
   */
  void remove(InstanceId instance) throws IOException;

  /** All entries, sorted by id. Unreadable ones are set aside, reported, and left out. */
  List<InstanceRecord> load() throws IOException;
}

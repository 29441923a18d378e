package io.mainstay.ports;

import java.io.IOException;

/** Saves what operators asked for, for the day on which every server is lost. Any thread. */
@FunctionalInterface
public interface Snapshots {
  /**
   * What is applied and overridden now, as a file to keep; waits for the coordinator.
   *
   * @throws IOException if it cannot be reached
   */
  byte[] take() throws IOException;
}

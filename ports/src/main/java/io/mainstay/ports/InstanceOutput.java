package io.mainstay.ports;

import io.mainstay.model.InstanceId;

/**
 * What instances wrote to their output, as one stream of bytes each, whatever was rotated. Any
 * thread.
 */
public interface InstanceOutput {
  /**
   * Where the output of the run that goes on now begins; for one that was taken over, where it was
   * then.
   */
  long begin(InstanceId instance);

  /**
   * What was written from a position on. Of more than {@code most} bytes the last ones, and nothing
   * that is not kept any more.
   */
  Piece read(InstanceId instance, long from, int most);

  /**
   * Some of it.
   *
   * @param begin position of the first byte
   * @param bytes nobody else has them
   */
  @SuppressWarnings("ArrayRecordComponent") // made once, read once
  record Piece(long begin, byte[] bytes) {}
}

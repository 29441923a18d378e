package io.mainstay.ports;

/** Turns values of the model into bytes and back. Any thread. */
public interface ModelCodec {
  /** The value as JSON in UTF-8. */
  byte[] write(Object value);

  /**
   * The value.
   *
   * @throws IllegalArgumentException if the bytes are not such a value; unknown fields are ignored
   */
  <T> T read(byte[] bytes, Class<T> type);
}

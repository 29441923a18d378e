package io.mainstay.spec;

import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Desired;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.model.state.Observed;
import io.mainstay.model.state.Overrides;
import io.mainstay.ports.ModelCodec;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A codec that knows again what it wrote a moment ago. A server hears of its own writes of the
 * shared state, byte for byte; reading them takes the machinery that builds records, which costs a
 * start more than anything else that it does. Remembers a few values of the given types. Any
 * thread.
 */
public final class RecallingModelCodec implements ModelCodec {
  private static final int REMEMBERED = 16;
  private static final int LONGEST_BYTES = 256 * 1024;

  private final ModelCodec inner;
  private final List<Class<?>> types;
  private final Map<Written, Object> remembered = new LinkedHashMap<>();

  /** The model as JSON; remembers what servers share. */
  public static ModelCodec ofSharedState() {
    return new RecallingModelCodec(
        new JsonModelCodec(),
        List.of(
            Desired.class, Overrides.class, Assignments.class, Observed.class, NodeRecord.class));
  }

  /** Remembers values of these types, which must be immutable. */
  public RecallingModelCodec(ModelCodec inner, List<Class<?>> types) {
    this.inner = inner;
    this.types = List.copyOf(types);
  }

  /** Bytes as a key; the array is never changed. */
  private static final class Written {
    private final byte[] bytes;
    private final int hash;

    Written(byte[] bytes) {
      this.bytes = bytes;
      hash = Arrays.hashCode(bytes);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Written written && Arrays.equals(bytes, written.bytes);
    }
  }

  @Override
  public byte[] write(Object value) {
    byte[] bytes = inner.write(value);
    if (types.contains(value.getClass()) && bytes.length <= LONGEST_BYTES) {
      Written written = new Written(bytes.clone());
      synchronized (remembered) {
        remembered.remove(written);
        remembered.put(written, value);
        Iterator<Written> oldest = remembered.keySet().iterator();
        while (remembered.size() > REMEMBERED) {
          oldest.next();
          oldest.remove();
        }
      }
    }
    return bytes;
  }

  @Override
  public <T> T read(byte[] bytes, Class<T> type) {
    if (types.contains(type) && bytes.length <= LONGEST_BYTES) {
      Object value;
      synchronized (remembered) {
        value = remembered.get(new Written(bytes));
      }
      if (type.isInstance(value)) {
        return type.cast(value);
      }
    }
    return inner.read(bytes, type);
  }
}

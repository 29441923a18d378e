package io.mainstay.server.cluster;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Kept in memory. */
final class MemoryThings implements Things {
  private final TreeMap<String, byte[]> kept = new TreeMap<>();

  @Override
  public void put(String name, byte[] value) {
    kept.put(name, value);
  }

  @Override
  public boolean putIfAbsent(String name, byte[] value) {
    return kept.putIfAbsent(name, value) == null;
  }

  @Override
  public Optional<byte[]> get(String name) {
    return Optional.ofNullable(kept.get(name));
  }

  @Override
  public void remove(String name) {
    kept.remove(name);
  }

  @Override
  public List<String> names() {
    return List.copyOf(kept.keySet());
  }
}

package io.mainstay.probes;

import io.mainstay.model.InstanceId;
import io.mainstay.model.spec.Checks.Probe;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Where looks into logs have come to; those that were not asked for longest are forgotten. */
final class LogPlaces {
  private static final int MOST = 4096;

  private final Map<Key, Place> places =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Place> eldest) {
          return size() > MOST;
        }
      };

  private record Key(InstanceId instance, Probe.Log probe) {}

  /**
   * A place.
   *
   * @param run whose log it was
   * @param file which file, whatever its name is now; empty if there was none, or it is the output
   * @param position the next byte
   */
  record Place(String run, Optional<Object> file, long position) {}

  synchronized Optional<Place> of(InstanceId instance, Probe.Log probe) {
    return Optional.ofNullable(places.get(new Key(instance, probe)));
  }

  synchronized void put(InstanceId instance, Probe.Log probe, Place place) {
    places.put(new Key(instance, probe), place);
  }
}

package io.mainstay.linux.cgroups;

import io.mainstay.model.InstanceId;
import io.mainstay.model.spec.Workload;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/** Where control groups come from. One thread. */
public interface Cgroups extends AutoCloseable {
  /** A machine on which none can be made. */
  Cgroups NONE =
      new Cgroups() {
        @Override
        public Optional<Cgroup> create(InstanceId instance, String nonce, Workload.Limits limits) {
          return Optional.empty();
        }

        @Override
        public Optional<Cgroup> find(String nonce) {
          return Optional.empty();
        }
      };

  /** Makes a fresh group with limits; empty if this machine does not let us. */
  Optional<Cgroup> create(InstanceId instance, String nonce, Workload.Limits limits);

  /** The runs that have a group, by nonce: whose they are. */
  default SequencedMap<String, String> runs() {
    return new LinkedHashMap<>();
  }

  /** Removes what was made for groups in general, if no group is left. */
  @Override
  default void close() {}

  /** The group of a run that an earlier run of the server made. */
  Optional<Cgroup> find(String nonce);
}

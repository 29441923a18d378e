package io.mainstay.benchmarks;

import java.io.IOException;
import java.util.List;

/** How a machine is lost, and how it comes back. */
enum NodeFault {
  /** The power goes: nothing more comes over the cable, and all processes are dead. */
  KILL,
  /** The cable is out, the processes live. */
  CABLE,
  /** Everything to and from it is dropped; its link stays up. */
  BLOCK,
  /** What it sends is dropped. */
  MUTE,
  /** What is sent to it is dropped. */
  DEAF,
  /** All its processes stand still. */
  FREEZE,
  /** Only the server stands still; the instances answer. */
  FREEZE_SERVER;

  static NodeFault of(String word) {
    return valueOf(word.toUpperCase(java.util.Locale.ROOT).replace('-', '_'));
  }

  String word() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }

  /** Whether nothing on the machine answers any more, so that replacements are due. */
  boolean isLoss() {
    return this != FREEZE_SERVER;
  }

  void begin(HostCluster cluster, int host) {
    Hosts hosts = cluster.hosts();
    List<Long> all = this == FREEZE_SERVER ? cluster.server(host) : hosts.pids(host);
    switch (this) {
      case KILL -> {
        hosts.cut(host);
        Hosts.kill(all, "KILL");
      }
      case CABLE -> hosts.cut(host);
      case BLOCK -> {
        hosts.mute(host);
        hosts.deafen(host);
      }
      case MUTE -> hosts.mute(host);
      case DEAF -> hosts.deafen(host);
      case FREEZE, FREEZE_SERVER -> Hosts.kill(all, "STOP");
    }
  }

  void end(HostCluster cluster, int host) throws IOException {
    switch (this) {
      case KILL -> {
        cluster.hosts().heal();
        cluster.start(host, "");
      }
      case CABLE, BLOCK, MUTE, DEAF -> cluster.hosts().heal();
      case FREEZE, FREEZE_SERVER -> Hosts.kill(cluster.hosts().pids(host), "CONT");
    }
  }
}

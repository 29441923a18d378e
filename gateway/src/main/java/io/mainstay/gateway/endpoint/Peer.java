package io.mainstay.gateway.endpoint;

import io.mainstay.decisions.outliers.NodeDoubt;
import io.mainstay.model.NodeName;

/**
 * A node as this gateway sees it. Only its {@link NodeWatch} changes it, on the first loop; whether
 * it is silent may be read by any thread.
 */
final class Peer {
  final NodeName name;
  final NodeDoubt doubt = new NodeDoubt();
  volatile boolean silent;
  int turn;
  int runs;
  int inFlight;
  long quietSince;
  long heard;

  Peer(NodeName name) {
    this.name = name;
  }

  void clear() {
    runs = 0;
    inFlight = 0;
    quietSince = Long.MAX_VALUE;
    heard = 0;
  }

  /** Adds what the loops know of one of its runs. */
  void add(Backend backend) {
    runs++;
    for (int i = 0; i < backend.loops(); i++) {
      LoopBackend loop = backend.loop(i);
      int here = (int) loop.counters().get(LoopBackend.IN_FLIGHT);
      if (here > 0) {
        inFlight += here;
        quietSince = Math.min(quietSince, loop.counters().get(LoopBackend.QUIET_SINCE));
      }
      if (loop.counters().get(LoopBackend.OPENING) > 0) {
        inFlight++;
        quietSince = Math.min(quietSince, loop.counters().get(LoopBackend.OPENING_SINCE));
      }
      long byteCame = loop.counters().get(LoopBackend.HEARD);
      if (byteCame != 0 && (heard == 0 || byteCame - heard > 0)) {
        heard = byteCame;
      }
    }
  }

  NodeDoubt.Step look(long now) {
    boolean wasHeard = heard != 0;
    long quiet = wasHeard && heard - quietSince > 0 ? heard : quietSince;
    return doubt.look(inFlight > 0, quiet, wasHeard, heard, now);
  }
}

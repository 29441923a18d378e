package io.mainstay.gateway.endpoint;

import io.mainstay.gateway.flow.Tap;
import io.mainstay.gateway.loop.TrafficLoop;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.TrafficPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** One service as long as it is deployed; keeps its counts through all changes. Any thread. */
public final class TrafficService {
  private final ServiceName name;
  private final List<TrafficLoop> loops;
  private final List<LoopService> states = new ArrayList<>();
  private final AtomicInteger queued = new AtomicInteger();
  private final OutlierWatch watch;
  private volatile ServiceTable table;
  private volatile Tap[] taps = Tap.NONE;

  TrafficService(ServiceName name, TrafficPolicy policy, List<TrafficLoop> loops) {
    this.name = name;
    this.loops = List.copyOf(loops);
    this.table = ServiceTable.empty(policy, loops.size(), loops.getFirst().time().nanos());
    this.watch = new OutlierWatch(policy);
    for (TrafficLoop loop : loops) {
      states.add(new LoopService(this, loop, policy));
    }
  }

  /** Its name. */
  public ServiceName name() {
    return name;
  }

  /** Who takes its traffic now. */
  public ServiceTable table() {
    return table;
  }

  /** Which of its requests are sides of flows; not to be changed. */
  public Tap[] taps() {
    return taps;
  }

  void taps(Tap[] newTaps) {
    taps = newTaps;
  }

  /** Passive evidence about its instances. */
  public OutlierWatch watch() {
    return watch;
  }

  /** What a loop knows of it. */
  public LoopService loop(int index) {
    return states.get(index);
  }

  /** Requests that wait on all loops. */
  public int queued() {
    return queued.get();
  }

  void queueChanged(int difference) {
    queued.addAndGet(difference);
  }

  /** Takes a new policy, then shows the new table, then lets those that wait try it. */
  void show(ServiceTable newTable) {
    TrafficPolicy old = table.policy();
    TrafficPolicy policy = newTable.policy();
    if (!policy.equals(old)) {
      watch.policy(policy);
      for (LoopService state : states) {
        state.loop().post(() -> state.policy(policy));
      }
    }
    table = newTable;
    if (queued.get() > 0) {
      dispatchWaiting();
    }
  }

  /** Lets those that wait try again. */
  void dispatchWaiting() {
    for (LoopService state : states) {
      state.loop().post(state::dispatchWaiting);
    }
  }

  /** Lets one of those that wait on other loops try again. */
  void dispatchElsewhere(TrafficLoop except) {
    for (int i = 1; i < loops.size(); i++) {
      LoopService state = states.get((except.index() + i) % loops.size());
      state.loop().post(state::dispatchWaiting);
    }
  }
}

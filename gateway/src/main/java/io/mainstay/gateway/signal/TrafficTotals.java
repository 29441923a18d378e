package io.mainstay.gateway.signal;

import io.mainstay.gateway.endpoint.Backend;
import io.mainstay.gateway.endpoint.Director;
import io.mainstay.gateway.endpoint.LoopBackend;
import io.mainstay.gateway.endpoint.LoopService;
import io.mainstay.gateway.endpoint.TrafficService;
import io.mainstay.gateway.loop.Histogram;
import io.mainstay.model.InstanceId;
import io.mainstay.model.state.ServiceTraffic;
import io.mainstay.model.state.ServiceTraffic.InstanceTraffic;
import io.mainstay.model.state.ServiceTraffic.Latency;
import io.mainstay.ports.TrafficMetricsSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sums the counters of the loops. Runs that are gone stay in the totals of their instance as long
 * as its service is deployed, so that totals never fall. Any thread.
 */
public final class TrafficTotals implements TrafficMetricsSource {
  private static final int CLASSES = 5;

  private final Director director;
  private final int loops;
  private final IdentityHashMap<Backend, Counts> present = new IdentityHashMap<>();
  private final TreeMap<InstanceId, Counts> gone = new TreeMap<>();

  /** Sums of what {@code director} knows. */
  public TrafficTotals(Director director, int loops) {
    this.director = director;
    this.loops = loops;
  }

  /** The sums of one run, or of several. */
  private static final class Counts {
    final long[] answers = new long[CLASSES];
    final long[] buckets = new long[Histogram.bounds().length + 1];
    long failed;
    long abandoned;
    long nanos;

    static Counts of(Backend backend) {
      Counts counts = new Counts();
      for (int i = 0; i < backend.loops(); i++) {
        LoopBackend loop = backend.loop(i);
        for (int status = 0; status < CLASSES; status++) {
          counts.answers[status] += loop.counters().get(LoopBackend.STATUS + status);
        }
        counts.failed += loop.counters().get(LoopBackend.FAILED);
        counts.abandoned += loop.counters().get(LoopBackend.ABANDONED);
        loop.latencies().addTo(counts.buckets);
        counts.nanos += loop.latencies().sum();
      }
      return counts;
    }

    void add(Counts more) {
      for (int i = 0; i < answers.length; i++) {
        answers[i] += more.answers[i];
      }
      for (int i = 0; i < buckets.length; i++) {
        buckets[i] += more.buckets[i];
      }
      failed += more.failed;
      abandoned += more.abandoned;
      nanos += more.nanos;
    }

    InstanceTraffic traffic(InstanceId id) {
      return new InstanceTraffic(
          id,
          Arrays.stream(answers).boxed().toList(),
          failed,
          abandoned,
          new Latency(
              Arrays.stream(Histogram.bounds()).boxed().toList(),
              Arrays.stream(buckets).boxed().toList(),
              nanos));
    }
  }

  /** Takes in what runs counted that are gone by the next call; about once a second. */
  public synchronized void remember() {
    List<TrafficService> services = director.services();
    IdentityHashMap<Backend, Counts> before = new IdentityHashMap<>(present);
    present.clear();
    for (TrafficService service : services) {
      for (Backend backend : director.runs(service.name())) {
        present.put(backend, Counts.of(backend));
        before.remove(backend);
      }
    }
    // A run leaves when nothing is in flight on it: its last counts are final.
    before.forEach((backend, counts) ->
        gone.computeIfAbsent(backend.id(), id -> new Counts()).add(Counts.of(backend)));
    gone.keySet()
        .removeIf(
            id -> services.stream().noneMatch(service -> service.name().equals(id.service())));
  }

  @Override
  public synchronized List<ServiceTraffic> traffic() {
    remember();
    List<ServiceTraffic> all = new ArrayList<>();
    for (TrafficService service : director.services()) {
      TreeMap<InstanceId, Counts> sums = new TreeMap<>();
      gone.forEach((id, counts) -> add(sums, service, id, counts));
      present.forEach((backend, counts) -> add(sums, service, backend.id(), counts));
      List<InstanceTraffic> instances = new ArrayList<>();
      sums.forEach((id, counts) -> instances.add(counts.traffic(id)));
      all.add(
          new ServiceTraffic(
              service.name(),
              total(service, LoopService.ARRIVED),
              total(service, LoopService.QUEUED),
              total(service, LoopService.REFUSED),
              total(service, LoopService.RETRIED),
              total(service, LoopService.OWN_ANSWERS),
              total(service, LoopService.DIVERTED),
              total(service, LoopService.PROBES),
              instances));
    }
    return all;
  }

  private static void add(
      Map<InstanceId, Counts> sums, TrafficService service, InstanceId id, Counts counts) {
    if (id.service().equals(service.name())) {
      sums.computeIfAbsent(id, key -> new Counts()).add(counts);
    }
  }

  private long total(TrafficService service, int counter) {
    long sum = 0;
    for (int i = 0; i < loops; i++) {
      sum += service.loop(i).counters().get(counter);
    }
    return sum;
  }
}

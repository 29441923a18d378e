package io.mainstay.gateway.signal;

import io.mainstay.gateway.endpoint.Backend;
import io.mainstay.gateway.endpoint.Director;
import io.mainstay.gateway.endpoint.LoopBackend;
import io.mainstay.gateway.endpoint.LoopService;
import io.mainstay.gateway.endpoint.TrafficService;
import io.mainstay.gateway.loop.TrafficLoop;
import io.mainstay.model.state.InstanceSignals;
import io.mainstay.model.state.ServiceSignals;
import io.mainstay.ports.SignalSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/**
 * Samples the counters of the loops four times a second, and answers rates over the last second.
 * Any thread.
 */
public final class SignalBoard implements SignalSource {
  private static final int SAMPLE_MILLIS = 250;
  private static final int SAMPLES = 5;
  private static final double LATENCY_WEIGHT = 0.3;

  private final Director director;
  private final TrafficLoop clock;
  private final int loops;
  private final IdentityHashMap<Object, Series> series = new IdentityHashMap<>();
  private final long[] times = new long[SAMPLES];
  private long samples;

  /** A board without samples. */
  public SignalBoard(Director director, TrafficLoop clock, int loops) {
    this.director = director;
    this.clock = clock;
    this.loops = loops;
  }

  /** Begins to sample. */
  public void start() {
    clock.every(SAMPLE_MILLIS, this::sample);
  }

  /** The last samples of one service or run. */
  private static final class Series {
    final long[] first = new long[SAMPLES];
    final long[] second = new long[SAMPLES];
    final long since;
    long answers;
    long nanos;
    double latency;
    long seen;

    Series(long since) {
      this.since = since;
    }

    static double rate(long[] values, long now, long begin, double seconds) {
      return seconds <= 0
          ? 0
          : (values[(int) (now % SAMPLES)] - values[(int) (begin % SAMPLES)]) / seconds;
    }
  }

  private synchronized void sample() {
    long now = clock.readClock();
    int slot = (int) (samples % SAMPLES);
    times[slot] = now;
    for (TrafficService service : director.services()) {
      Series ofService = series.computeIfAbsent(service, key -> new Series(samples));
      ofService.seen = samples;
      ofService.first[slot] = total(service, LoopService.ARRIVED);
      ofService.second[slot] = total(service, LoopService.REFUSED);
      for (Backend backend : director.runs(service.name())) {
        sample(backend, slot);
      }
    }
    series.values().removeIf(one -> one.seen != samples);
    samples++;
  }

  private void sample(Backend backend, int slot) {
    Series one = series.computeIfAbsent(backend, key -> new Series(samples));
    one.seen = samples;
    long good = total(backend, LoopBackend.GOOD);
    long failed = total(backend, LoopBackend.FAILED);
    long nanos = total(backend, LoopBackend.GOOD_NANOS);
    one.first[slot] = good + failed;
    one.second[slot] = failed;
    if (good > one.answers) {
      double mean = (double) (nanos - one.nanos) / (good - one.answers);
      one.latency = one.latency == 0 ? mean : one.latency + (mean - one.latency) * LATENCY_WEIGHT;
      one.answers = good;
      one.nanos = nanos;
    }
  }

  private long total(TrafficService service, int counter) {
    long sum = 0;
    for (int i = 0; i < loops; i++) {
      sum += service.loop(i).counters().get(counter);
    }
    return sum;
  }

  private static long total(Backend backend, int counter) {
    long sum = 0;
    for (int i = 0; i < backend.loops(); i++) {
      sum += backend.loop(i).counters().get(counter);
    }
    return sum;
  }

  @Override
  public synchronized List<ServiceSignals> signals() {
    List<ServiceSignals> all = new ArrayList<>();
    for (TrafficService service : director.services()) {
      List<InstanceSignals> instances = new ArrayList<>();
      int inFlight = 0;
      for (Backend backend : director.runs(service.name())) {
        instances.add(signals(service, backend));
        inFlight += backend.inFlight();
      }
      instances.sort(
          Comparator.comparing(InstanceSignals::id).thenComparingLong(InstanceSignals::generation));
      Series one = series.get(service);
      all.add(
          new ServiceSignals(
              service.name(),
              rate(one, true),
              inFlight,
              service.queued(),
              rate(one, false),
              instances));
    }
    return all;
  }

  private InstanceSignals signals(TrafficService service, Backend backend) {
    Series one = series.get(backend);
    boolean ejected = service.watch().isOut(backend.id(), backend.generation());
    return new InstanceSignals(
        backend.id(),
        backend.generation(),
        backend.inFlight(),
        rate(one, true),
        rate(one, false),
        Duration.ofNanos(one == null ? 0 : (long) one.latency),
        backend.limit(),
        ejected ? Optional.of(service.watch().whyOut(backend)) : Optional.empty(),
        !backend.isClosed() && service.table().traffic().contains(backend));
  }

  private double rate(@org.jspecify.annotations.Nullable Series one, boolean first) {
    if (one == null || samples == 0) {
      return 0;
    }
    long now = samples - 1;
    long begin = Math.max(one.since, Math.max(0, now - (SAMPLES - 1)));
    double seconds = (times[(int) (now % SAMPLES)] - times[(int) (begin % SAMPLES)]) / 1e9;
    return Series.rate(first ? one.first : one.second, now, begin, seconds);
  }
}

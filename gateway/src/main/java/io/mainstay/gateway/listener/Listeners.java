package io.mainstay.gateway.listener;

import io.mainstay.gateway.endpoint.Director;
import io.mainstay.gateway.loop.TrafficLoop;
import io.mainstay.gateway.tls.TlsTermination;
import io.mainstay.gateway.transport.Transport;
import io.mainstay.model.Address;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.ListenerSpec;
import io.mainstay.ports.Time;
import io.mainstay.ports.TrafficObserver;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The listeners of a deployment: opens what is new, closes what is gone, swaps routes and limits of
 * what stays, and tries again what failed. Everything happens on one thread of its own, so that no
 * event loop waits for the kernel.
 */
public final class Listeners {
  private final Director director;
  private final List<TrafficLoop> loops;
  private final EventLoopGroup all;
  private final Transport transport;
  private final ConnectionSetup setup;
  private final TrafficObserver observer;
  private final Map<Address, Integer> inherited;
  private final long lookAgainMillis;
  private final ScheduledExecutorService thread;
  private final Time time;
  private final TreeMap<String, Entry> entries = new TreeMap<>();
  private final List<ListenerState> closed = new ArrayList<>();

  /**
   * No listeners.
   *
   * @param thread the one on which everything happens; ended by the caller
   * @param inherited open, listening descriptors by address
   * @param lookAgain how often certificates are looked at, and what failed is tried again
   */
  public Listeners(
      Director director,
      List<TrafficLoop> loops,
      EventLoopGroup all,
      Transport transport,
      ConnectionSetup setup,
      TrafficObserver observer,
      Map<Address, Integer> inherited,
      Duration lookAgain,
      ScheduledExecutorService thread,
      Time time) {
    this.director = director;
    this.loops = List.copyOf(loops);
    this.all = all;
    this.transport = transport;
    this.setup = setup;
    this.observer = observer;
    this.inherited = new java.util.LinkedHashMap<>(inherited);
    this.lookAgainMillis = lookAgain.toMillis();
    this.thread = thread;
    this.time = time;
  }

  private static final class Entry {
    ListenerSpec spec;
    final ListenerState state;
    @Nullable OpenListener open;
    @Nullable TlsTermination tls;
    String failure = "";

    Entry(ListenerSpec spec, ListenerState state) {
      this.spec = spec;
      this.state = state;
    }
  }

  /** Takes the listeners of a deployment, whole. Any thread; returns at once. */
  public void configure(Deployment deployment) {
    List<Routes> wanted = new ArrayList<>();
    for (ListenerSpec spec : deployment.listeners()) {
      wanted.add(new Routes(spec, director::service));
    }
    synchronized (this) {
      // What stays has its new routes when this call returns.
      for (Routes routes : wanted) {
        Entry entry = entries.get(routes.spec().name());
        if (entry != null && sameSocket(entry.spec, routes.spec())) {
          entry.state.routes(routes);
          entry.spec = routes.spec();
        }
      }
    }
    thread.execute(() -> reconcile(wanted));
  }

  private static boolean sameSocket(ListenerSpec before, ListenerSpec now) {
    return before.bind().equals(now.bind())
        && before.protocol() == now.protocol()
        && before.tls().equals(now.tls());
  }

  private synchronized void reconcile(List<Routes> wanted) {
    List<String> names = wanted.stream().map(routes -> routes.spec().name()).toList();
    for (String name : List.copyOf(entries.keySet())) {
      if (!names.contains(name)) {
        close(name, "removed");
      }
    }
    for (Routes routes : wanted) {
      String name = routes.spec().name();
      Entry entry = entries.get(name);
      if (entry != null && !sameSocket(entry.spec, routes.spec())) {
        close(name, "changed");
        entry = null;
      }
      if (entry == null) {
        Entry fresh = new Entry(routes.spec(), new ListenerState(routes));
        entries.put(name, fresh);
        open(name, fresh);
      }
    }
  }

  private void close(String name, String reason) {
    Entry entry = entries.remove(name);
    if (entry == null) {
      return;
    }
    OpenListener open = entry.open;
    if (open != null) {
      open.close();
      entry.open = null;
      observer.listenerClosed(name, reason);
    }
    entry.state.close();
    closed.removeIf(state -> state.connections() == 0);
    closed.add(entry.state);
  }

  private synchronized void open(String name, Entry entry) {
    if (entries.get(name) != entry || entry.open != null) {
      return;
    }
    Address address = entry.spec.bind();
    try {
      if (entry.tls == null && entry.spec.tls().isPresent()) {
        entry.tls =
            new TlsTermination(entry.spec.tls().get(), entry.spec.protocol(), time.wallClock());
      }
      OpenListener open =
          OpenListener.open(
              address,
              inherited.getOrDefault(address, -1),
              transport,
              loops,
              all,
              setup.initializer(entry.spec, entry.state, entry.tls));
      entry.open = open;
      entry.failure = "";
      observer.listenerOpened(name, open.address().toString());
    } catch (IOException | RuntimeException e) {
      String failure = String.valueOf(e.getMessage());
      if (!failure.equals(entry.failure)) {
        entry.failure = failure;
        observer.listenerFailed(name, address.toString(), failure);
      }
      Future<?> _ =
          thread.schedule(() -> open(name, entry), lookAgainMillis, TimeUnit.MILLISECONDS);
    }
  }

  /** Looks from time to time whether files with certificates changed. */
  public void start() {
    Future<?> _ =
        thread.scheduleWithFixedDelay(
            this::reloadCertificates, lookAgainMillis, lookAgainMillis, TimeUnit.MILLISECONDS);
  }

  private synchronized void reloadCertificates() {
    entries.forEach((name, entry) -> {
      TlsTermination tls = entry.tls;
      if (tls == null || entry.open == null) {
        return;
      }
      try {
        if (tls.reload(time.wallClock()) == TlsTermination.Reload.DONE) {
          observer.certificatesReloaded(name);
        }
      } catch (IOException e) {
        observer.certificatesFailed(name, String.valueOf(e.getMessage()));
      }
    });
  }

  /** Where a listener accepts now; empty while it does not. */
  public synchronized Optional<Address> address(String name) {
    Entry entry = entries.get(name);
    return entry == null || entry.open == null
        ? Optional.empty()
        : Optional.of(entry.open.address());
  }

  /** Connections of listeners that do not accept any more. */
  public synchronized int leaving() {
    return closed.stream().mapToInt(ListenerState::connections).sum();
  }

  /** Stops accepting on all; connections end after their requests. */
  public synchronized void close(String reason) {
    for (String name : List.copyOf(entries.keySet())) {
      close(name, reason);
    }
  }
}

package io.mainstay.gateway;

import io.mainstay.gateway.endpoint.Director;
import io.mainstay.gateway.flow.FlowTaps;
import io.mainstay.gateway.http.LoopHttp;
import io.mainstay.gateway.http.ProbeSecret;
import io.mainstay.gateway.http.Probes;
import io.mainstay.gateway.listener.Listeners;
import io.mainstay.gateway.loop.TrafficLoop;
import io.mainstay.gateway.signal.SignalBoard;
import io.mainstay.gateway.signal.TrafficTotals;
import io.mainstay.gateway.transport.SocketConnector;
import io.mainstay.gateway.transport.SocketTrial;
import io.mainstay.gateway.transport.Transport;
import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.ServiceSignals;
import io.mainstay.model.state.ServiceTraffic;
import io.mainstay.model.state.Topology;
import io.mainstay.model.state.TransactionRun;
import io.mainstay.ports.FlowSource;
import io.mainstay.ports.MarkedCalls;
import io.mainstay.ports.Randomness;
import io.mainstay.ports.SignalSource;
import io.mainstay.ports.Time;
import io.mainstay.ports.TrafficControl;
import io.mainstay.ports.TrafficMetricsSource;
import io.mainstay.ports.TrafficObserver;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The data plane: accepts connections, routes requests, and tells what the traffic says. It owns
 * its threads: one event loop as {@link GatewayOptions#loops} says, and one for listeners. Works
 * from the last deployment and endpoints that it was told, whatever becomes of those who told it.
 */
public final class Gateway
    implements TrafficControl, SignalSource, TrafficMetricsSource, MarkedCalls, AutoCloseable {
  private static final int REMEMBER_MILLIS = 1000;

  private final Transport transport;
  private final EventLoopGroup group;
  private final ScheduledExecutorService listenerThread;
  private final Director director;
  private final Listeners listeners;
  private final SignalBoard signals;
  private final TrafficTotals totals;
  private final Probes probes;
  private final FlowTaps flows;

  /**
   * Starts the threads; nothing is accepted before {@link #configure}.
   *
   * @param observer called on threads of the gateway
   * @throws IllegalStateException if the wanted transport does not work here
   */
  public Gateway(
      GatewayOptions options, TrafficObserver observer, Time time, Randomness randomness) {
    this.transport = Transport.choose(options.transport(), !options.inherited().isEmpty());
    this.group =
        new MultiThreadIoEventLoopGroup(
            options.loops(), new DefaultThreadFactory("gateway", true), transport.ioHandler());
    this.listenerThread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("gateway-listeners").daemon().factory());
    List<TrafficLoop> loops = new ArrayList<>();
    for (int i = 0; i < options.loops(); i++) {
      EventLoop eventLoop = group.next();
      long seed = Double.doubleToLongBits(randomness.nextDouble()) * 0x9E3779B97F4A7C15L;
      loops.add(new TrafficLoop(i, eventLoop, time, seed));
    }
    this.director = new Director(loops, observer, new SocketTrial(transport, loops.getFirst()));
    SocketConnector connector = new SocketConnector(transport);
    this.probes = new Probes(options.probeSecret());
    List<LoopHttp> http = new ArrayList<>();
    for (TrafficLoop loop : loops) {
      http.add(new LoopHttp(loop, director, connector, probes));
      loop.start();
    }
    this.flows = new FlowTaps(http.stream().map(LoopHttp::flows).toList(), time);
    this.listeners =
        new Listeners(
            director,
            loops,
            group,
            transport,
            new AcceptedConnections(transport, List.copyOf(http), director, connector),
            observer,
            options.inherited(),
            options.lookAgain(),
            listenerThread,
            time);
    this.signals = new SignalBoard(director, loops.getFirst(), loops.size());
    this.totals = new TrafficTotals(director, loops.size());
    loops.getFirst().every(REMEMBER_MILLIS, totals::remember);
    loops.getFirst().every(REMEMBER_MILLIS, () -> probes.look(loops.getFirst().readClock()));
    listeners.start();
    director.start();
    signals.start();
  }

  /** What moves the bytes. */
  public Transport transport() {
    return transport;
  }

  /** Where a listener accepts now, with its real port; empty while it does not. */
  public Optional<Address> listenerAddress(String listener) {
    return listeners.address(listener);
  }

  @Override
  public void configure(Deployment deployment) {
    director.configure(deployment);
    listeners.configure(deployment);
  }

  @Override
  public void publish(NodeName node, List<Endpoint> endpoints) {
    director.publish(node, endpoints);
  }

  @Override
  public void beginAnew(NodeName node) {
    director.beginAnew(node);
  }

  @Override
  public void topology(Topology topology) {
    director.topology(topology);
  }

  @Override
  public void divert(List<Overrides.Diversion> diversions) {
    director.divert(diversions);
  }

  @Override
  public void withdraw(InstanceId instance, long generation, String reason) {
    director.withdraw(instance, generation, reason);
  }

  @Override
  public void drain(
      InstanceId instance, long generation, Duration limit, Consumer<Integer> drained) {
    director.drain(instance, generation, limit, drained);
  }

  @Override
  public List<ServiceSignals> signals() {
    return signals.signals();
  }

  @Override
  public List<ServiceTraffic> traffic() {
    return totals.traffic();
  }

  /**
   * From now on pins and marks of requests that show this secret are honoured, instead of the one
   * before: that of the cluster, once it is known.
   *
   * @throws IllegalArgumentException unless it has 16 visible ASCII characters or more
   */
  public void probeSecret(String secret) {
    probes.secret(new ProbeSecret(secret));
  }

  @Override
  public List<TransactionRun.Call> take(String runId) {
    return probes.take(runId);
  }

  /** What is seen of flows. */
  public FlowSource flows() {
    return flows;
  }

  /** Stops accepting; requests under way may finish, and connections end after them. */
  public void stopAccepting() {
    listeners.close("stopping");
  }

  /** Connections that are still to end after {@link #stopAccepting}. */
  public int leavingConnections() {
    return listeners.leaving();
  }

  /** Stops accepting and ends everything. */
  @Override
  public void close() {
    listenerThread.shutdownNow();
    listeners.close("closed");
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }
}

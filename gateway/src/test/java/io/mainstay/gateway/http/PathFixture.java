package io.mainstay.gateway.http;

import io.mainstay.gateway.TestPolicies;
import io.mainstay.gateway.endpoint.Director;
import io.mainstay.gateway.listener.ListenerState;
import io.mainstay.gateway.listener.Routes;
import io.mainstay.gateway.loop.TrafficLoop;
import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.ListenerSpec;
import io.mainstay.model.spec.TrafficPolicy;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.Role;
import io.mainstay.ports.Time;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A request path without sockets, on a clock that only moves when it is told to. */
final class PathFixture implements AutoCloseable {
  final EmbeddedChannel client = new EmbeddedChannel();
  final List<EmbeddedChannel> instances = new ArrayList<>();
  final Director director;
  private final TrafficLoop loop;
  private long nanos = 1_000_000_000_000L;
  private int refusing;
  private final List<Endpoint> endpoints = new ArrayList<>();

  PathFixture(TrafficPolicy policy, int count) {
    client.freezeTime();
    loop = new TrafficLoop(0, client.eventLoop(), new Clock(), 5);
    director =
        new Director(List.of(loop), TestPolicies.silent(), (address, timeout, answered) -> {});
    LoopHttp http = new LoopHttp(loop, director, this::connect, new Probes(Optional.empty()));
    ListenerSpec listener = TestPolicies.listener();
    director.configure(
        new Deployment(
            Path.of("/"),
            List.of(TestPolicies.service(TestPolicies.SHOP, policy)),
            List.of(listener)));
    for (int i = 1; i <= count; i++) {
      add(Endpoint.Readiness.READY);
    }
    loop.start();
    director.start();
    ListenerState state = new ListenerState(new Routes(listener, director::service));
    client.pipeline().addLast(new ClientConnection(http, state, false));
    client.runPendingTasks();
  }

  /** One more instance, ready or on its way. */
  void add(Endpoint.Readiness readiness) {
    endpoints.add(endpoint(endpoints.size() + 1, readiness));
    director.publish(new NodeName("n1"), endpoints);
  }

  /** Changes where an instance stands. */
  void set(int number, Endpoint.Readiness readiness) {
    endpoints.set(number - 1, endpoint(number, readiness));
    director.publish(new NodeName("n1"), endpoints);
    settle();
  }

  private static Endpoint endpoint(int number, Endpoint.Readiness readiness) {
    return new Endpoint(
        new InstanceId(TestPolicies.SHOP, number),
        new NodeName("n1"),
        1,
        Role.SERVING,
        readiness,
        Optional.of(new Address("127.0.0.1", 9000 + number)));
  }

  private Channel connect(
      TrafficLoop onLoop,
      SocketAddress address,
      Duration timeout,
      ChannelHandler handler,
      Consumer<Channel> done) {
    EmbeddedChannel instance = new EmbeddedChannel(handler);
    instances.add(instance);
    if (refusing > 0) {
      refusing--;
      instance.close();
    }
    client.eventLoop().execute(() -> done.accept(instance));
    return instance;
  }

  /** The next connections are refused. */
  void refuse(int connections) {
    refusing = connections;
  }

  void fromClient(String text) {
    client.writeInbound(bytes(text));
    settle();
  }

  void fromInstance(int index, String text) {
    instances.get(index).writeInbound(bytes(text));
    settle();
  }

  void endInstance(int index) {
    instances.get(index).close();
    settle();
  }

  void endClient() {
    client.close();
    settle();
  }

  /** Lets tasks run that are due. */
  void settle() {
    for (int i = 0; i < 5; i++) {
      client.runPendingTasks();
      client.runScheduledPendingTasks();
      instances.forEach(EmbeddedChannel::runPendingTasks);
    }
  }

  /** Moves the clock in steps of a tick. */
  void pass(Duration time) {
    long left = time.toMillis();
    while (left > 0) {
      long step = Math.min(left, TrafficLoop.TICK_MILLIS);
      nanos += TimeUnit.MILLISECONDS.toNanos(step);
      client.advanceTimeBy(step, TimeUnit.MILLISECONDS);
      settle();
      left -= step;
    }
  }

  String toClient() {
    return outbound(client);
  }

  String toInstance(int index) {
    return outbound(instances.get(index));
  }

  private static String outbound(EmbeddedChannel channel) {
    StringBuilder text = new StringBuilder();
    ByteBuf next = channel.readOutbound();
    while (next != null) {
      text.append(next.toString(StandardCharsets.ISO_8859_1));
      next.release();
      next = channel.readOutbound();
    }
    return text.toString();
  }

  private static ByteBuf bytes(String text) {
    return io.netty.buffer.PooledByteBufAllocator.DEFAULT
        .directBuffer()
        .writeBytes(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
  }

  @Override
  public void close() {
    endClient();
    toClient();
    for (int i = 0; i < instances.size(); i++) {
      instances.get(i).close();
      toInstance(i);
    }
    settle();
  }

  private final class Clock implements Time {
    @Override
    public MonotonicTime now() {
      return new MonotonicTime(nanos);
    }

    @Override
    public Instant wallClock() {
      return Instant.EPOCH;
    }
  }
}

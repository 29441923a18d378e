package io.mainstay.benchmarks;

import io.mainstay.decisions.flow.FlowWatch;
import io.mainstay.gateway.codec.RequestHead;
import io.mainstay.gateway.codec.RequestParser;
import io.mainstay.gateway.codec.ResponseHead;
import io.mainstay.gateway.codec.ResponseParser;
import io.mainstay.gateway.flow.FlowTaps;
import io.mainstay.gateway.flow.LoopFlows;
import io.mainstay.gateway.flow.Tap;
import io.mainstay.gateway.flow.TappedRequest;
import io.mainstay.gateway.loop.TrafficLoop;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.FlowSpec;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.FlowKey;
import io.mainstay.model.state.FlowSighting;
import io.mainstay.ports.FlowSource;
import io.mainstay.ports.SpecReader;
import io.mainstay.ports.Time;
import io.mainstay.spec.YamlSpecReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultEventLoop;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What a flow costs a request: the tap with its key, and the matching of what was seen, on one
 * thread, without sockets. Each second of 5,000 requests, half of which begin and half of which
 * follow, is one batch. Arguments: {@code BATCHES}.
 */
public final class FlowCost {
  private static final int REQUESTS = 5_000;
  private static final int WARM_UP = 200;
  private static final ServiceName SHOP = new ServiceName("shop");

  private FlowCost() {}

  /** See the class. */
  public static void main(String[] arguments) {
    int batches = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 300;
    System.out.println("# A flow at 5,000 requests a second");
    System.out.println("machine: " + Machine.describe());
    run("key in a header", "header X-Order-Id", batches);
    run("key in 300 bytes of JSON", "json $.order.id", batches);
    System.exit(0);
  }

  private static void run(String what, String key, int batches) {
    Bench bench = new Bench(key);
    double[] tapped = new double[batches];
    double[] matched = new double[batches];
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    for (int i = -WARM_UP; i < batches; i++) {
      long plain = threads.getCurrentThreadCpuTime();
      bench.requests(false);
      long begun = threads.getCurrentThreadCpuTime();
      bench.requests(true);
      long passed = threads.getCurrentThreadCpuTime();
      bench.match();
      if (i >= 0) {
        tapped[i] = (passed - begun - (begun - plain)) / 1e3 / REQUESTS;
        matched[i] = (threads.getCurrentThreadCpuTime() - passed) / 1e3 / REQUESTS;
      }
    }
    Arrays.sort(tapped);
    Arrays.sort(matched);
    double tap = tapped[batches / 2];
    double match = matched[batches / 2];
    System.out.printf(
        Locale.ROOT,
        "%s: tap %.2f us, matching %.2f us a request (medians of %d batches);"
            + " %.2f %% of a core at 5,000 requests/s%n",
        what,
        tap,
        match,
        batches,
        (tap + match) * REQUESTS / 1e4);
  }

  /** Both sides of one flow, and a clock that moves a second a batch. */
  private static final class Bench implements Time {
    private final FlowSpec spec;
    private final Tap[] taps;
    private final LoopFlows loop;
    private final FlowSource source;
    private final FlowWatch watch;
    private final RequestHead head = new RequestHead();
    private final ResponseHead answer = new ResponseHead();
    private final byte[] ok =
        "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private long nanos = 1_000_000_000L;
    private long order;

    Bench(String key) {
      Deployment deployment = deployment(key);
      ServiceSpec service = deployment.services().getFirst();
      spec = service.business().flows().getFirst();
      taps = Tap.on(SHOP, deployment);
      loop = new LoopFlows(new TrafficLoop(0, new DefaultEventLoop(), this, 1));
      source = new FlowTaps(List.of(loop), this);
      watch = new FlowWatch(new FlowKey(SHOP, "ship"), spec, now(), wallClock());
      source.take();
    }

    private static Deployment deployment(String key) {
      String side = "key: \"" + key + "\"}\n";
      String yaml =
          "services:\n  shop:\n    run: serve\n    listen: 8080\n    flows:\n      ship:\n"
              + "        within: 5s\n"
              + "        when: {requests: POST /orders, "
              + side
              + "        then: {requests: PUT /orders/*/shipment, "
              + side;
      SpecReader.Outcome outcome =
          new YamlSpecReader().read(yaml, "benchmark.yaml", Path.of("/tmp"));
      return switch (outcome) {
        case SpecReader.Outcome.Valid valid -> valid.deployment();
        case SpecReader.Outcome.Invalid invalid ->
            throw new IllegalStateException(invalid.problems().getFirst().describe());
      };
    }

    /** A second of them; the same without the tap, to be taken off. */
    void requests(boolean tapped) {
      long first = order;
      for (int i = 0; i < REQUESTS; i++) {
        long number = first + i / 2;
        String line = i % 2 == 0 ? "POST /orders" : "PUT /orders/" + number + "/shipment";
        request(line, number, tapped);
      }
      order += tapped ? REQUESTS / 2 : 0;
      nanos += tapped ? 1_000_000_000L : 0;
    }

    private void request(String line, long number, boolean tapped) {
      byte[] bytes =
          (line
                  + " HTTP/1.1\r\nHost: shop\r\nContent-Length: 300\r\nX-Order-Id: "
                  + number
                  + "\r\nAccept: */*\r\nUser-Agent: benchmark\r\n\r\n{\"customer\":\""
                  + "c".repeat(200)
                  + "\",\"lines\":[{\"sku\":1}],\"order\":{\"at\":\"now\",\"id\":"
                  + number
                  + "}}")
              .getBytes(StandardCharsets.US_ASCII);
      int end = RequestParser.parse(bytes, bytes.length, head, 4096, 16 * 1024);
      ResponseParser.parse(ok, ok.length, answer, 16 * 1024);
      if (end <= 0) {
        throw new IllegalStateException("the head cannot be read");
      }
      ByteBuf body = Unpooled.wrappedBuffer(bytes, end, bytes.length - end);
      TappedRequest request = tapped ? TappedRequest.of(taps, head, loop) : null;
      if (request != null) {
        request.request(body, body.readableBytes());
        request.answer(answer, Unpooled.EMPTY_BUFFER);
        request.ended(answer.status());
      }
      body.release();
    }

    /** As the controller does it once a second. */
    void match() {
      FlowSource.Taken taken = source.take();
      if (taken.sightings().size() != REQUESTS) {
        throw new IllegalStateException("seen: " + taken.sightings().size());
      }
      List<FlowSighting> sightings = new ArrayList<>(taken.sightings());
      sightings.sort(Comparator.comparing(FlowSighting::time));
      sightings.forEach(watch::take);
      watch.judge(taken.upTo(), wallClock());
    }

    @Override
    public MonotonicTime now() {
      return new MonotonicTime(nanos);
    }

    @Override
    public Instant wallClock() {
      return Instant.EPOCH.plusNanos(nanos);
    }
  }
}

package io.mainstay.server.drill;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.mainstay.model.Actor;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.DrillReport;
import io.mainstay.model.state.DrillReport.Kind;
import io.mainstay.model.state.Operation;
import io.mainstay.ports.Drills;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests that drill a service of three, behind a listener that answers. */
abstract class OnAServiceOfThree {
  @TempDir Path folder;
  HttpServer listener;
  DrillFixture fixture;
  DrillRunner runner;

  @BeforeEach
  void listen() throws IOException {
    listener = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    listener.createContext(
        "/healthz",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    listener.start();
    fixture = new DrillFixture(listener.getAddress().getPort(), folder);
    runner = fixture.runner();
  }

  @AfterEach
  void close() {
    runner.close();
    // What is under way ends with a line in its folder.
    await(() -> !Files.exists(folder.resolve("drill-open.json")));
    listener.stop(0);
  }

  static Drills.Request request(Kind kind, boolean force) {
    return new Drills.Request(DrillFixture.SHOP, kind, 50, Duration.ofSeconds(2), force, "a test");
  }

  Operation accepted(Drills.Request request) {
    CommandResult result = runner.start(request, Actor.operator("test"));
    assertThat(result).isInstanceOf(CommandResult.Accepted.class);
    return ((CommandResult.Accepted) result).operation();
  }

  DrillReport finish(Operation operation) {
    await(() -> runner.operation(operation.id()).orElseThrow().state() != Operation.State.RUNNING);
    assertThat(runner.operation(operation.id()).orElseThrow().state())
        .isEqualTo(Operation.State.DONE);
    return runner.report(operation.id()).orElseThrow();
  }

  static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("waited too long").isNegative();
      Thread.yield();
    }
  }
}

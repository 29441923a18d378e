package io.mainstay.decisions.outliers;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.decisions.retry.FailureKind;
import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.TrafficPolicy.Outliers;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.Endpoint.Readiness;
import io.mainstay.model.state.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the tests of OutlierDetectorTest and StallAndTrialTest share. */
abstract class OutlierWorld {
  static final long MS = 1_000_000;

  static final long SECOND = 1000 * MS;

  static final ServiceName SHOP = new ServiceName("shop");

  static final Outliers POLICY =
      new Outliers(
          5,
          0.5,
          Duration.ofSeconds(10),
          Duration.ofMillis(500),
          Duration.ofSeconds(5),
          Duration.ofMinutes(5),
          0.5);

  final OutlierDetector detector = new OutlierDetector(POLICY);

  final List<Change> changes = new ArrayList<>();

  long now = 1;

  long lastProbe = Long.MIN_VALUE / 2;

  void stepAtFiftyRequests(long begun, boolean repeatable) {
    now += 20 * MS;
    good(2);
    detector.observe(member(1), 1, begun);
    tick();
    trial(repeatable);
  }

  void instances(int... numbers) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (int number : numbers) {
      endpoints.add(endpoint(number, 1, Readiness.READY));
    }
    detector.update(endpoints, endpoint -> false);
  }

  Change.Ejected eject(int number) {
    Change change = null;
    for (int i = 0; i < 5 && change == null; i++) {
      change = fail(number);
    }
    assertThat(change).isInstanceOf(Change.Ejected.class);
    return (Change.Ejected) change;
  }

  void good(int... numbers) {
    for (int number : numbers) {
      detector.answered(member(number), 1, MS, now);
    }
  }

  Change fail(int number) {
    return detector.failed(member(number), FailureKind.STATUS, 500, now);
  }

  Member trial(boolean repeatable) {
    return detector.wantsTrial(now, repeatable);
  }

  void tick() {
    detector.tick(now, changes::add);
  }

  Member member(int number) {
    return detector.member(id(number), 1);
  }

  static InstanceId id(int number) {
    return new InstanceId(SHOP, number);
  }

  static Endpoint endpoint(int number, long generation, Readiness readiness) {
    return new Endpoint(
        id(number),
        new NodeName("n1"),
        generation,
        Role.SERVING,
        readiness,
        Optional.of(new Address("127.0.0.1", 20000 + number)));
  }
}

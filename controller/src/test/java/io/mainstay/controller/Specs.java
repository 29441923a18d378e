package io.mainstay.controller;

import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Amount;
import io.mainstay.model.spec.Checks;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.PortPolicy;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.TrafficPolicy;
import io.mainstay.model.spec.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Service specs with named options; everything else as the file would have it. */
final class Specs {
  private final String name;
  private String command = "serve";
  private int min = 1;
  private int max = 1;
  private int standbys;
  private ServiceSpec.StandbyMode mode = ServiceSpec.StandbyMode.HOT;
  private PortPolicy port = new PortPolicy.Auto();
  private int floor = 1;
  private Amount maxUnavailable = new Amount.Count(1);
  private Duration readyWithin = Duration.ofMinutes(2);
  private Duration downDelay = Duration.ofMinutes(5);

  private Specs(String name) {
    this.name = name;
  }

  static Specs of(String name) {
    return new Specs(name);
  }

  Specs run(String words) {
    command = words;
    return this;
  }

  Specs replicas(int count) {
    return replicas(count, count);
  }

  Specs replicas(int lowest, int highest) {
    min = lowest;
    max = highest;
    return this;
  }

  Specs standby(int count) {
    standbys = count;
    return this;
  }

  Specs mode(ServiceSpec.StandbyMode wanted) {
    mode = wanted;
    return this;
  }

  Specs port(int fixed) {
    port = new PortPolicy.Fixed(fixed);
    return this;
  }

  Specs floor(int lowest) {
    floor = lowest;
    return this;
  }

  Specs maxUnavailable(int count) {
    maxUnavailable = new Amount.Count(count);
    return this;
  }

  Specs readyWithin(Duration limit) {
    readyWithin = limit;
    return this;
  }

  Specs downDelay(Duration delay) {
    downDelay = delay;
    return this;
  }

  ServiceSpec build() {
    return new ServiceSpec(
        new ServiceName(name),
        new Workload.Run(
            List.of(command.split(" ")),
            Path.of("/srv"),
            new LinkedHashMap<>(),
            Optional.empty(),
            Workload.Limits.NONE),
        port,
        ServiceSpec.Protocol.AUTO,
        new ServiceSpec.Replicas(min, max),
        new ServiceSpec.Standby(standbys, mode, Duration.ofMinutes(5)),
        Duration.ofSeconds(1),
        List.of(),
        ServiceSpec.Hooks.NONE,
        new Checks(Optional.empty(), Optional.empty(), Optional.empty()),
        new ServiceSpec.RestartPolicy(
            ServiceSpec.RestartOn.ALWAYS,
            Duration.ofMillis(100),
            2,
            Duration.ofSeconds(30),
            Duration.ofSeconds(90),
            5,
            Duration.ofMinutes(1)),
        new ServiceSpec.StopPolicy(Duration.ofSeconds(30), "TERM", Duration.ofSeconds(10)),
        traffic(),
        max > min ? Optional.of(scale()) : Optional.empty(),
        new ServiceSpec.DisruptionBudget(maxUnavailable, floor),
        new ServiceSpec.UpdatePolicy(new Amount.Count(1), readyWithin));
  }

  private ServiceSpec.ScalePolicy scale() {
    return new ServiceSpec.ScalePolicy(
        Optional.of(new Amount.Share(0.7)),
        Optional.empty(),
        Optional.empty(),
        Duration.ofSeconds(6),
        Duration.ofSeconds(60),
        new Amount.Share(1),
        1,
        downDelay);
  }

  private static TrafficPolicy traffic() {
    return new TrafficPolicy(
        TrafficPolicy.Balance.P2C,
        new LinkedHashMap<>(),
        new TrafficPolicy.Timeouts(
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60)),
        new TrafficPolicy.Retries(
            2, 0.2, List.of(TrafficPolicy.Failure.CONNECT), List.of(503), List.of("GET")),
        new TrafficPolicy.Outliers(
            5,
            0.5,
            Duration.ofSeconds(10),
            Duration.ofMillis(500),
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            0.5),
        new TrafficPolicy.Concurrency(
            OptionalInt.empty(), 1024, Duration.ofSeconds(5), Duration.ofSeconds(60)),
        Duration.ofSeconds(10));
  }

  static Deployment deployment(Specs... specs) {
    return new Deployment(
        Path.of("/srv"), List.of(specs).stream().map(Specs::build).toList(), List.of());
  }
}

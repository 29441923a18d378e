package io.mainstay.admin;

import io.mainstay.model.Actor;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.DrillRecord;
import io.mainstay.model.state.DrillReport;
import io.mainstay.model.state.PlannedDrill;
import io.mainstay.ports.Drills;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Drills that only note what was asked. */
abstract class FakeDrills implements Drills {
  final List<Drills.Request> drills = new CopyOnWriteArrayList<>();

  @Override
  public CommandResult start(Drills.Request request, Actor actor) {
    drills.add(request);
    return new CommandResult.Accepted(FakeInside.running("drill-1"));
  }

  @Override
  public Optional<Drills.Request> described(
      ServiceName service, String name, boolean force, String reason) {
    return name.equals("lose-orders")
        ? Optional.of(
            new Drills.Request(
                service,
                DrillReport.Kind.BUSINESS,
                Optional.of(name),
                Optional.empty(),
                50,
                Duration.ofSeconds(30),
                force,
                reason))
        : Optional.empty();
  }

  @Override
  public List<PlannedDrill> planned() {
    return List.of(
        new PlannedDrill(
            FakeInside.SHOP, "kill-one", FakeInside.TIME, Optional.of("it is not due")));
  }

  @Override
  public List<DrillRecord> history() {
    return List.of(
        new DrillRecord(
            "drill-2",
            FakeInside.TIME,
            new Actor("schedule"),
            FakeInside.SHOP,
            DrillReport.Kind.KILL,
            Optional.of("kill-one"),
            true,
            "1 of 2000 requests failed",
            report("drill-2")));
  }

  @Override
  public Optional<DrillReport> report(String id) {
    return id.equals("drill-2")
        ? Optional.of(
            new DrillReport(
                FakeInside.SHOP,
                DrillReport.Kind.KILL,
                "shop-1",
                2000,
                1,
                List.of("502 ×1"),
                Duration.ofNanos(1_234_567),
                Duration.ofMillis(80),
                Optional.of(Duration.ofMillis(9)),
                Optional.of(Duration.ofMillis(20)),
                Optional.empty(),
                Optional.of(Duration.ofMillis(700)),
                List.of(new DrillReport.Moment("instance-exited shop-1", Duration.ofMillis(8)))))
        : Optional.empty();
  }
}

package io.mainstay.simulator;

import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Business;
import io.mainstay.model.spec.Checks;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.Fallback;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The part of a deployment that a world can play.
 *
 * @param deployment what is left
 * @param remarks what was left out or changed, one sentence each
 */
record Simulable(Deployment deployment, List<String> remarks) {
  Simulable {
    remarks = List.copyOf(remarks);
  }

  static Simulable of(Deployment asked) {
    List<String> remarks = new ArrayList<>();
    List<ServiceName> run = new ArrayList<>();
    for (ServiceSpec spec : asked.services()) {
      if (spec.workload() instanceof Workload.Run) {
        run.add(spec.name());
      } else {
        remarks.add(spec.name() + " is left out: upstreams are not simulated");
      }
    }
    List<ServiceSpec> services =
        asked.services().stream()
            .filter(spec -> run.contains(spec.name()))
            .map(spec -> played(spec, run, remarks))
            .toList();
    asked
        .pools()
        .forEach(pool -> remarks.add("pool " + pool.name() + " is left out: it makes no machines"));
    return new Simulable(new Deployment(asked.baseDirectory(), services, List.of()), remarks);
  }

  private static ServiceSpec played(ServiceSpec spec, List<ServiceName> run, List<String> remarks) {
    Checks checks =
        new Checks(
            asking(spec.checks().startup()),
            asking(spec.checks().ready()),
            asking(spec.checks().live()));
    if (!checks.equals(spec.checks())) {
      remarks.add(spec.name() + ": checks by push are simulated as checks that ask");
    }
    if (!spec.business().flows().isEmpty()) {
      remarks.add(spec.name() + ": its flows are left out");
    }
    if (spec.business().fallback().orElse(null) instanceof Fallback.Answer) {
      remarks.add(spec.name() + ": what gets its fallback's answer counts as refused");
    }
    return new ServiceSpec(
        spec.name(),
        spec.workload(),
        spec.port(),
        spec.protocol(),
        spec.replicas(),
        spec.standby(),
        spec.readyAfter(),
        spec.dependsOn().stream().filter(run::contains).toList(),
        spec.hooks(),
        checks,
        spec.restart(),
        spec.stop(),
        spec.traffic(),
        spec.scale(),
        spec.budget(),
        spec.update(),
        spec.place(),
        spec.disconnect(),
        business(spec, run),
        spec.group(),
        List.of());
  }

  private static Business business(ServiceSpec spec, List<ServiceName> run) {
    Business asked = spec.business();
    return new Business(
        asked
            .fallback()
            .filter(
                to -> !(to instanceof Fallback.ToService other) || run.contains(other.service())),
        asked.transactions(),
        asked.whenFailing(),
        asked.restore());
  }

  private static Optional<Checks.Check> asking(Optional<Checks.Check> check) {
    return check.map(one ->
        one.probe() instanceof Checks.Probe.Push
            ? new Checks.Check(
                new Checks.Probe.Tcp(Optional.empty(), Optional.empty()),
                one.every(),
                one.fast(),
                one.timeout(),
                one.fall(),
                one.rise(),
                one.within())
            : one);
  }
}

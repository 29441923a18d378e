package io.mainstay.journal;

import io.mainstay.model.Actor;
import io.mainstay.model.Event;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.InstanceRecord;
import io.mainstay.model.state.Role;
import io.mainstay.model.state.ServiceRevision;
import io.mainstay.ports.SpecReader;
import io.mainstay.spec.YamlSpecReader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Values to store. */
final class Samples {
  private Samples() {}

  static Event event(String reason) {
    LinkedHashMap<String, String> evidence = new LinkedHashMap<>();
    evidence.put("code", "3");
    return new Event(
        "",
        Instant.parse("2026-01-02T03:04:05Z"),
        new NodeName("n1"),
        EventKind.INSTANCE_EXITED,
        Optional.of(new ServiceName("shop")),
        Optional.of(new InstanceId(new ServiceName("shop"), 1)),
        Actor.SYSTEM,
        Optional.empty(),
        reason,
        evidence);
  }

  static InstanceRecord entry(int number, long generation) {
    SpecReader.Outcome outcome =
        new YamlSpecReader().read("services: {shop: {run: sleep 5}}", "f", Path.of("/srv"));
    ServiceSpec spec = ((SpecReader.Outcome.Valid) outcome).deployment().services().getFirst();
    InstanceId id = new InstanceId(new ServiceName("shop"), number);
    return new InstanceRecord(
        id,
        generation,
        new ServiceRevision(1, spec),
        new Assignment(
            id, 1, Role.SERVING, Directive.RUN, 0, "wanted", Actor.SYSTEM, Optional.empty()),
        Optional.of("nonce"),
        Optional.empty(),
        OptionalInt.of(20001),
        0,
        false,
        false,
        List.of(1L, 2L),
        Optional.empty());
  }
}

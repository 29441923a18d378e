package io.mainstay.zookeeper;

import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Desired;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.model.state.Observed;
import io.mainstay.model.state.Overrides;
import io.mainstay.ports.ModelCodec;
import io.mainstay.testkit.CoordinatorContract;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Values without content, told apart by their numbers: enough for tests of this room. */
final class TinyCodec implements ModelCodec {
  @Override
  public byte[] write(Object value) {
    String text =
        switch (value) {
          case Desired desired -> desired.generation() + " " + desired.deployment().baseDirectory();
          case Overrides ignored -> "overrides";
          case Assignments assignments -> assignments.version() + " " + assignments.node();
          case Observed observed -> observed.assignmentsVersion() + " " + observed.node();
          case NodeRecord node -> node.bootId() + " " + node.name();
          default -> throw new IllegalArgumentException("cannot write a " + value.getClass());
        };
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public <T> T read(byte[] bytes, Class<T> type) {
    String[] parts = new String(bytes, StandardCharsets.UTF_8).split(" ", 2);
    if (type == Overrides.class) {
      return type.cast(Overrides.NONE);
    }
    if (parts.length != 2) {
      throw new IllegalArgumentException("not a value: " + parts[0]);
    }
    if (type == NodeRecord.class) {
      return type.cast(CoordinatorContract.record(new NodeName(parts[1]), parts[0]));
    }
    long number = Long.parseLong(parts[0]);
    if (type == Desired.class) {
      return type.cast(new Desired(number, Deployment.empty(Path.of(parts[1])), List.of()));
    }
    NodeName node = new NodeName(parts[1]);
    return type == Assignments.class
        ? type.cast(new Assignments(node, number, List.of(), List.of()))
        : type.cast(new Observed(node, number, List.of()));
  }
}

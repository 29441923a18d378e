package io.mainstay.zookeeper;

import io.mainstay.model.NodeName;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Desired;
import io.mainstay.model.state.NodePresence;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.model.state.Observed;
import io.mainstay.model.state.Overrides;
import io.mainstay.ports.Coordinator.State;
import io.mainstay.ports.ModelCodec;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what lies in ZooKeeper into the state of the port. One thread. */
final class StateReader {
  private static final Logger LOG = LoggerFactory.getLogger(StateReader.class);
  private static final int SEQUENCE_DIGITS = 10;

  private final Paths paths;
  private final ModelCodec codec;

  /** What was decoded last for each path: a state changes in one place at a time. */
  private final Map<String, Decoded> known = new HashMap<>();

  StateReader(Paths paths, ModelCodec codec) {
    this.paths = paths;
    this.codec = codec;
  }

  /** The state that {@code nodes} hold; a value that cannot be read counts as not there. */
  State read(List<ChildData> nodes) {
    known.keySet().retainAll(nodes.stream().map(ChildData::getPath).toList());
    Optional<ChildData> desired = at(nodes, paths.desired());
    Optional<ChildData> overrides = at(nodes, paths.overrides());
    return new State(
        desired.flatMap(node -> decode(node, Desired.class)),
        desired.map(StateReader::version).orElse(0L),
        overrides.flatMap(node -> decode(node, Overrides.class)).orElse(Overrides.NONE),
        overrides.map(StateReader::version).orElse(0L),
        below(nodes, paths.assignments(), Assignments.class, Assignments::node),
        below(nodes, paths.observed(), Observed.class, Observed::node),
        presences(nodes));
  }

  /** Who leads: the oldest of the election nodes. */
  Optional<NodeName> leader(List<ChildData> nodes) {
    return nodes.stream()
        .filter(node -> isBelow(node, paths.election()))
        .filter(node -> node.getPath().length() > SEQUENCE_DIGITS)
        .min(Comparator.comparing(StateReader::sequence))
        .map(node -> new String(node.getData(), StandardCharsets.UTF_8))
        .filter(name -> !name.isBlank())
        .map(NodeName::new);
  }

  /** The version of the port: 1 for the first write, while ZooKeeper counts from 0. */
  static long version(ChildData node) {
    return node.getStat().getVersion() + 1L;
  }

  private List<NodePresence> presences(List<ChildData> nodes) {
    Set<String> present = new HashSet<>();
    nodes.forEach(node -> present.add(node.getPath()));
    return nodes.stream()
        .filter(node -> paths.isNode(node.getPath()))
        .flatMap(node ->
            decode(node, NodeRecord.class).stream()
                .map(record ->
                    new NodePresence(record, present.contains(Paths.sessionOf(node.getPath())))))
        .sorted(Comparator.comparing(presence -> presence.record().name()))
        .toList();
  }

  private static String sequence(ChildData node) {
    return node.getPath().substring(node.getPath().length() - SEQUENCE_DIGITS);
  }

  private static Optional<ChildData> at(List<ChildData> nodes, String path) {
    return nodes.stream().filter(node -> node.getPath().equals(path)).findFirst();
  }

  private static boolean isBelow(ChildData node, String folder) {
    return node.getPath().startsWith(folder + "/");
  }

  private <T> List<T> below(
      List<ChildData> nodes,
      String folder,
      Class<T> type,
      java.util.function.Function<T, NodeName> name) {
    return nodes.stream()
        .filter(node -> isBelow(node, folder))
        .flatMap(node -> decode(node, type).stream())
        .sorted(Comparator.comparing(name))
        .toList();
  }

  private <T> Optional<T> decode(ChildData node, Class<T> type) {
    Decoded last = known.get(node.getPath());
    if (last == null || last.position() != node.getStat().getMzxid()) {
      last = new Decoded(node.getStat().getMzxid(), value(node, type));
      known.put(node.getPath(), last);
    }
    return last.value().map(type::cast);
  }

  private Optional<Object> value(ChildData node, Class<?> type) {
    try {
      return Optional.of(codec.read(node.getData(), type));
    } catch (IllegalArgumentException e) {
      LOG.error("unreadable value at {}: {}", node.getPath(), e.getMessage());
      return Optional.empty();
    }
  }

  private record Decoded(long position, Optional<Object> value) {}
}

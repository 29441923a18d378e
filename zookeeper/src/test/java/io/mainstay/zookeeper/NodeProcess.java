package io.mainstay.zookeeper;

import io.mainstay.model.Address;
import io.mainstay.model.NodeName;
import io.mainstay.model.state.NodeCapacity;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.model.state.Observed;
import io.mainstay.ports.ClusterControl.Member;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.Coordinator.WriteResult;
import io.mainstay.spec.JsonModelCodec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * One node of a cluster in a process of its own; does what its input says, and prints what it sees.
 */
final class NodeProcess implements Coordinator.Listener {
  private static final PrintStream OUT = System.out;
  private final String name;
  private final ThreadMailbox mailbox = new ThreadMailbox();
  private final List<Boolean> connections = new CopyOnWriteArrayList<>();
  private volatile Coordinator.State newest;

  private NodeProcess(String name) {
    this.name = name;
  }

  /** found|join|resume, folder, name, host, ports, then for join: place or -, voters. */
  public static void main(String[] arguments) throws Exception {
    String logs = System.getProperty("test.logs", "");
    if (!logs.isEmpty()) {
      System.setErr(new PrintStream(Path.of(logs, "log-" + arguments[2]).toFile()));
    }
    new NodeProcess(arguments[2]).run(arguments);
  }

  static ClusterCoordination.Options options(Path folder, String name, PeerTls tls) {
    return new ClusterCoordination.Options(
        folder.resolve("coordination"),
        folder.resolve("cluster/members.json"),
        "c",
        new JsonModelCodec(),
        new NodeName(name),
        tls,
        Integer.getInteger("test.seats", 3),
        Duration.ofSeconds(6));
  }

  static PeerTls tls(Path folder, String name) {
    return new PeerTls(
        io.mainstay.identity.NodeIdentity.keyFile(folder),
        io.mainstay.identity.NodeIdentity.trustFile(folder),
        io.mainstay.identity.NodeIdentity.PASSWORD,
        "CN=" + name);
  }

  private void run(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[1]);
    ClusterCoordination.Options options = options(folder, name, tls(folder, name));
    ClusterCoordination node;
    try {
      node =
          switch (arguments[0]) {
            case "found" -> ClusterCoordination.found(options, member(arguments[3]), quiet());
            case "join" ->
                ClusterCoordination.join(
                    options,
                    arguments[3].equals("-") ? Optional.empty() : Optional.of(member(arguments[3])),
                    List.of(arguments[4].split(",")).stream().map(NodeProcess::member).toList(),
                    quiet());
            default -> ClusterCoordination.resume(options, quiet());
          };
    } catch (IOException e) {
      OUT.println("refused " + e.getMessage());
      return;
    }
    node.coordinator().subscribe(mailbox, this);
    node.coordinator().register(record(arguments[arguments.length - 1]));
    OUT.println("open");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      OUT.println(answer(node, line.split(" ")));
    }
    node.close();
    System.exit(0);
  }

  private String answer(ClusterCoordination node, String[] words) {
    try {
      return switch (words[0]) {
        case "place" ->
            node.place(new NodeName(words[1]), words[2], Integer.parseInt(words[3]))
                .map(NodeProcess::text)
                .orElse("-");
        case "voters" ->
            node.voters().stream().map(NodeProcess::text).collect(Collectors.joining(","));
        case "write" -> write(node.coordinator(), Long.parseLong(words[1]));
        case "read" ->
            newest == null
                ? "nothing"
                : newest.observed().stream()
                    .map(one -> Long.toString(one.assignmentsVersion()))
                    .collect(Collectors.joining(","));
        case "self" -> node.self().map(NodeProcess::text).orElse("-");
        case "connections" -> connections.toString();
        case "leads" -> Boolean.toString(node.leads());
        default -> "what?";
      };
    } catch (IOException e) {
      return "failed " + e.getMessage();
    }
  }

  private String write(Coordinator coordinator, long version) {
    List<WriteResult> results = new CopyOnWriteArrayList<>();
    coordinator.writeObserved(
        new Observed(new NodeName("test"), version, List.of()), mailbox, results::add);
    Waiting.until(() -> !results.isEmpty(), Duration.ofSeconds(20));
    return results.isEmpty() ? "unanswered" : results.getFirst().getClass().getSimpleName();
  }

  private NodeRecord record(String host) {
    return new NodeRecord(
        new NodeName(name),
        host,
        new Address(host, 7070),
        new LinkedHashMap<>(),
        new NodeCapacity(1, 1, 1),
        "1",
        name + ProcessHandle.current().pid(),
        Instant.EPOCH);
  }

  static String text(Member member) {
    return "%d/%s/%s/%d/%d/%d"
        .formatted(
            member.id(),
            member.node(),
            member.host(),
            member.clientPort(),
            member.quorumPort(),
            member.electionPort());
  }

  static Member member(String text) {
    String[] parts = text.split("/");
    return new Member(
        Integer.parseInt(parts[0]),
        new NodeName(parts[1]),
        parts[2],
        Integer.parseInt(parts[3]),
        Integer.parseInt(parts[4]),
        Integer.parseInt(parts[5]));
  }

  private static CoordinationPeer.Listener quiet() {
    return new RecordingPeerListener();
  }

  @Override
  public void changed(Coordinator.State state) {
    newest = state;
  }

  @Override
  public void connection(boolean connected, String reason) {
    connections.add(connected);
  }
}

package io.mainstay.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Address;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Desired;
import io.mainstay.model.state.NodeCapacity;
import io.mainstay.model.state.NodePresence;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.model.state.Observed;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.Coordinator.State;
import io.mainstay.ports.Coordinator.Subscription;
import io.mainstay.ports.Coordinator.Term;
import io.mainstay.ports.Coordinator.WriteResult;
import io.mainstay.ports.Mailbox;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of {@link CoordinatorContract} work with. */
public abstract class CoordinatorFixture {
  /** Longer than anything that works takes. */
  protected static final Duration LIMIT = Duration.ofSeconds(15);

  /** The name of one server. */
  protected static final NodeName NORTH = new NodeName("north");

  /** The name of another server. */
  protected static final NodeName SOUTH = new NodeName("south");

  private @Nullable Setup opened;

  /** A fresh, empty state that can be reached. */
  protected abstract Setup open();

  /** One shared state, and the means to wait and to disturb. */
  public interface Setup extends AutoCloseable {
    /** How one server sees the state. */
    Coordinator first();

    /** How another server sees the same state. */
    Coordinator second();

    /** A mailbox of its own at each call. */
    Mailbox mailbox();

    /** Lets time pass until the condition holds; false if it did not within the limit. */
    boolean runUntil(BooleanSupplier condition, Duration limit);

    /** Cuts both servers off the state. */
    void cut();

    /** Ends the cut. */
    void mend();

    @Override
    void close();
  }

  @BeforeEach
  void openSetup() {
    opened = open();
  }

  @AfterEach
  void closeSetup() {
    setup().close();
  }

  /** What was applied, told apart by its generation. */
  protected static Desired desired(long generation) {
    return new Desired(generation, Deployment.empty(Path.of("/base")), List.of());
  }

  /** What one node knows, told apart by a version. */
  protected static Observed observed(NodeName node, long version) {
    return new Observed(node, version, List.of());
  }

  /** What one node is to run, told apart by its version. */
  protected static Assignments assignments(NodeName node, long version) {
    return new Assignments(node, version, List.of(), List.of());
  }

  /** What one node says of itself, told apart by its boot. */
  public static NodeRecord record(NodeName node, String boot) {
    SequencedMap<String, String> labels = new LinkedHashMap<>();
    labels.put("zone", "zone-" + node);
    return new NodeRecord(
        node,
        "host-" + node,
        new Address("host-" + node, 7070),
        labels,
        new NodeCapacity(2, 1 << 30, 100),
        "1.0",
        boot,
        Instant.EPOCH);
  }

  static NodePresence here(NodeName node, String boot) {
    return new NodePresence(record(node, boot), true);
  }

  static NodePresence away(NodeName node, String boot) {
    return new NodePresence(record(node, boot), false);
  }

  WriteResult forget(NodeName node, Term term) {
    return write(done -> setup().first().forgetNode(node, term, setup().mailbox(), done));
  }

  final Setup setup() {
    return Objects.requireNonNull(opened);
  }

  WriteResult assign(Coordinator coordinator, NodeName node, long version, Term term) {
    return write(done ->
        coordinator.writeAssignments(assignments(node, version), term, setup().mailbox(), done));
  }

  WriteResult write(Consumer<Consumer<WriteResult>> call) {
    List<WriteResult> results = new CopyOnWriteArrayList<>();
    call.accept(results::add);
    await(() -> !results.isEmpty());
    assertThat(results).hasSize(1);
    return results.getFirst();
  }

  void await(BooleanSupplier condition) {
    assertThat(setup().runUntil(condition, LIMIT)).as("within %s", LIMIT).isTrue();
  }

  Listening listen(Coordinator coordinator) {
    return new Listening(coordinator, setup().mailbox());
  }

  Standing stand(Coordinator coordinator, NodeName name) {
    return new Standing(coordinator, Optional.of(name), setup().mailbox());
  }

  /** One who hears who leads and does not stand. */
  Standing lookOn(Coordinator coordinator) {
    return new Standing(coordinator, Optional.empty(), setup().mailbox());
  }

  static final class Listening implements Coordinator.Listener {
    final List<State> states = new CopyOnWriteArrayList<>();
    final List<Boolean> connections = new CopyOnWriteArrayList<>();
    final Subscription subscription;

    Listening(Coordinator coordinator, Mailbox mailbox) {
      subscription = coordinator.subscribe(mailbox, this);
    }

    @Override
    public void changed(State state) {
      states.add(state);
    }

    @Override
    public void connection(boolean connected, String reason) {
      assertThat(reason).isNotBlank();
      connections.add(connected);
    }

    boolean sees(NodePresence... nodes) {
      return !states.isEmpty() && newest().nodes().equals(List.of(nodes));
    }

    State newest() {
      return states.getLast();
    }
  }

  static final class Standing implements Coordinator.LeadershipListener {
    final List<Term> terms = new CopyOnWriteArrayList<>();
    final List<Optional<NodeName>> leaders = new CopyOnWriteArrayList<>();
    final AtomicInteger deposed = new AtomicInteger();
    final Subscription subscription;

    Standing(Coordinator coordinator, Optional<NodeName> name, Mailbox mailbox) {
      subscription = coordinator.campaign(name, mailbox, this);
    }

    @Override
    public void elected(Term term) {
      terms.add(term);
    }

    @Override
    public void deposed(String reason) {
      deposed.incrementAndGet();
    }

    @Override
    public void leader(Optional<NodeName> leader) {
      leaders.add(leader);
    }

    Optional<NodeName> leader() {
      return leaders.isEmpty() ? Optional.empty() : leaders.getLast();
    }
  }
}

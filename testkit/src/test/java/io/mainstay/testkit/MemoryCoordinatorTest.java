package io.mainstay.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.NodeName;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.Coordinator.Term;
import io.mainstay.ports.Coordinator.WriteResult;
import io.mainstay.ports.Mailbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class MemoryCoordinatorTest extends CoordinatorContract {
  @Override
  protected Setup open() {
    return new VirtualSetup(Duration.ZERO);
  }

  @Test
  void givesTheLeadToTheNextWhenASessionEnds() {
    VirtualSetup setup = new VirtualSetup(Duration.ofMillis(3));
    List<String> heard = new ArrayList<>();
    setup.first.campaign(
        Optional.of(new NodeName("north")), setup.mailbox(), listener("north", heard));
    setup.second.campaign(
        Optional.of(new NodeName("south")), setup.mailbox(), listener("south", heard));
    setup.time.runFor(Duration.ofSeconds(1));
    assertThat(heard).containsExactly("north elected");
    setup.first.cut();
    setup.time.runFor(MemoryEnsemble.SESSION.minusMillis(100));
    assertThat(heard).containsExactly("north elected", "north deposed");
    setup.time.runFor(Duration.ofMillis(200));
    assertThat(heard).containsExactly("north elected", "north deposed", "south elected");
  }

  @Test
  void failsAWriteWhoseAnswerWasCutOffAlthoughItIsStored() {
    VirtualSetup setup = new VirtualSetup(Duration.ofMillis(10));
    List<WriteResult> results = new ArrayList<>();
    setup.first.writeDesired(desired(1), 0, setup.mailbox(), results::add);
    setup.time.runFor(Duration.ofMillis(15));
    setup.first.cut();
    setup.time.runFor(Duration.ofMillis(15));
    assertThat(results).singleElement().isInstanceOf(WriteResult.Failed.class);
    assertThat(setup.ensemble.state().desired()).contains(desired(1));
  }

  @Test
  void aFrozenLeaderBelievesThatItLeadsUntilItHearsOfItsEnd() {
    VirtualSetup setup = new VirtualSetup(Duration.ofMillis(3));
    List<String> heard = new ArrayList<>();
    setup.first.campaign(
        Optional.of(new NodeName("north")), setup.mailbox(), listener("north", heard));
    setup.second.campaign(
        Optional.of(new NodeName("south")), setup.mailbox(), listener("south", heard));
    setup.time.runFor(Duration.ofSeconds(1));
    setup.first.freeze();
    setup.time.runFor(Duration.ofSeconds(5));
    assertThat(heard).containsExactly("north elected", "south elected");
    setup.first.thaw(Duration.ofMillis(50));
    setup.time.runFor(Duration.ofSeconds(1));
    assertThat(heard).containsExactly("north elected", "south elected", "north deposed");
  }

  @Test
  void aClientInSilenceStepsBackBeforeItsSessionEnds() {
    VirtualSetup setup = new VirtualSetup(Duration.ofMillis(3));
    List<String> heard = new ArrayList<>();
    setup.first.campaign(
        Optional.of(new NodeName("north")), setup.mailbox(), listener("north", heard));
    setup.second.campaign(
        Optional.of(new NodeName("south")), setup.mailbox(), listener("south", heard));
    setup.time.runFor(Duration.ofSeconds(1));
    setup.first.silence(true, false);
    setup.time.runFor(MemoryEnsemble.SESSION.plusSeconds(1));
    assertThat(heard).containsExactly("north elected", "north deposed", "south elected");
  }

  @Test
  void aWriteInAShortSilenceArrivesLate() {
    VirtualSetup setup = new VirtualSetup(Duration.ofMillis(3));
    List<WriteResult> results = new ArrayList<>();
    setup.first.silence(true, true);
    setup.first.writeDesired(desired(1), 0, setup.mailbox(), results::add);
    setup.time.runFor(Duration.ofSeconds(1));
    assertThat(results).isEmpty();
    setup.first.mend();
    setup.time.runFor(Duration.ofSeconds(1));
    assertThat(results).singleElement().isInstanceOf(WriteResult.Written.class);
  }

  @Test
  void aStoppedEnsembleEndsNoSession() {
    VirtualSetup setup = new VirtualSetup(Duration.ofMillis(3));
    List<String> heard = new ArrayList<>();
    setup.first.campaign(
        Optional.of(new NodeName("north")), setup.mailbox(), listener("north", heard));
    setup.time.runFor(Duration.ofSeconds(1));
    setup.ensemble.stop();
    setup.time.runFor(Duration.ofMinutes(1));
    setup.ensemble.resume();
    setup.time.runFor(Duration.ofSeconds(1));
    assertThat(heard).containsExactly("north elected", "north deposed", "north elected");
  }

  private static Coordinator.LeadershipListener listener(String name, List<String> heard) {
    return new Coordinator.LeadershipListener() {
      @Override
      public void elected(Term term) {
        heard.add(name + " elected");
      }

      @Override
      public void deposed(String reason) {
        heard.add(name + " deposed");
      }

      @Override
      public void leader(Optional<NodeName> leader) {}
    };
  }

  private static final class VirtualSetup implements Setup {
    private final VirtualTime time = new VirtualTime();
    private final MemoryEnsemble ensemble = new MemoryEnsemble(time);
    private final MemoryCoordinator first = ensemble.connect();
    private final MemoryCoordinator second = ensemble.connect();

    VirtualSetup(Duration delay) {
      first.delay(() -> delay);
      second.delay(() -> delay);
    }

    @Override
    public Coordinator first() {
      return first;
    }

    @Override
    public Coordinator second() {
      return second;
    }

    @Override
    public Mailbox mailbox() {
      return time.mailbox("test");
    }

    @Override
    public boolean runUntil(BooleanSupplier condition, Duration limit) {
      return time.runUntil(condition, limit);
    }

    @Override
    public void cut() {
      first.cut();
      second.cut();
    }

    @Override
    public void mend() {
      first.mend();
      second.mend();
    }

    @Override
    public void close() {}
  }
}

package io.mainstay.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.state.Exit;
import io.mainstay.model.state.ProcessIdentity;
import io.mainstay.ports.ProcessHost;
import io.mainstay.ports.ProcessHost.AdoptOutcome;
import io.mainstay.ports.ProcessHost.CommandOutcome;
import io.mainstay.ports.ProcessHost.StartOutcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link ProcessHost} must do, the real one and the simulated one. */
public abstract class ProcessHostContract {
  /** The instance of most tests. */
  protected static final InstanceId SHOP_1 = new InstanceId(new ServiceName("shop"), 1);

  /** Another instance. */
  protected static final InstanceId SHOP_2 = new InstanceId(new ServiceName("shop"), 2);

  private final List<Object> heard = Collections.synchronizedList(new ArrayList<>());
  private @Nullable World world;
  private int nonces;

  /** A host with programs that it can run. */
  public interface World extends AutoCloseable {
    /** The host under test. */
    ProcessHost host();

    /** A host of the next run of the server, which knows nothing of the first. */
    ProcessHost restarted();

    /** Where programs may run. */
    Path directory();

    /** A command that exits at once. */
    List<String> exitsWith(int code);

    /** A command that prints a line to standard output, one to standard error, then exits. */
    List<String> printsAndExits(String output, String error, int code);

    /** A command that runs until TERM and then exits with 143 or by the signal. */
    List<String> runs();

    /** A command that runs and does not mind TERM. */
    List<String> ignoresTerm();

    /** A command whose program does not exist. */
    List<String> missing();

    /** Lets a process come to the point from which it ignores TERM. */
    default void settle(ProcessIdentity process) {}

    /** Lets time pass until the condition holds; fails after a while. */
    void await(String what, BooleanSupplier condition);

    @Override
    void close();
  }

  /** Makes a fresh world. */
  protected abstract World open() throws Exception;

  /** The world of the running test. */
  protected final World world() {
    return Objects.requireNonNull(world, "a test runs");
  }

  @BeforeEach
  final void openWorld() throws Exception {
    world = open();
  }

  @AfterEach
  final void closeWorld() {
    world().close();
  }

  @Test
  void reportsTheStartThenTheExitWithItsCode() {
    world().host().start(request(world().exitsWith(3)), heard::add, heard::add);
    world().await("the exit", () -> heard.size() == 2);
    assertThat(heard.getFirst()).isInstanceOf(StartOutcome.Started.class);
    Exit exit = (Exit) heard.getLast();
    assertThat(exit.code()).hasValue(3);
    assertThat(exit.signal()).isEmpty();
    assertThat(exit.outOfMemory()).isFalse();
  }

  @Test
  void attachesTheLastLinesOfStandardErrorToTheExit() {
    List<String> command = world().printsAndExits("fine", "broken", 1);
    world().host().start(request(command), heard::add, heard::add);
    world().await("the exit", () -> heard.size() == 2);
    assertThat(((Exit) heard.getLast()).lastLines()).contains("broken");
  }

  @Test
  void saysWhichCommandIsMissing() {
    world().host().start(request(world().missing()), heard::add, heard::add);
    world().await("the outcome", () -> heard.size() == 1);
    assertThat(heard.getFirst()).isInstanceOf(StartOutcome.Failed.class);
    assertThat(((StartOutcome.Failed) heard.getFirst()).reason())
        .contains(world().missing().getFirst());
  }

  @Test
  void deliversASignal() {
    ProcessIdentity process = started(world().runs());
    world().host().signal(process, "TERM");
    world().await("the exit", () -> heard.size() == 2);
    Exit exit = (Exit) heard.getLast();
    assertThat(exit.signal().equals(Optional.of("TERM")) || exit.code().equals(OptionalInt.of(143)))
        .as(exit.describe())
        .isTrue();
  }

  @Test
  void killsWhatIgnoresTermAndReportsTheExitBeforeTheEnd() {
    ProcessIdentity process = started(world().ignoresTerm());
    world().settle(process);
    world().host().signal(process, "TERM");
    world().host().kill(process, () -> heard.add("gone"));
    world().await("the end", () -> heard.size() == 3);
    assertThat(((Exit) heard.get(1)).signal()).contains("KILL");
    assertThat(heard.get(2)).isEqualTo("gone");
  }

  @Test
  void saysGoneForWhatIsGoneAlready() {
    ProcessIdentity process = started(world().exitsWith(0));
    world().await("the exit", () -> heard.size() == 2);
    world().host().kill(process, () -> heard.add("gone"));
    world().await("the end", () -> heard.size() == 3);
    assertThat(heard.getLast()).isEqualTo("gone");
  }

  @Test
  void thawsBeforeItSignals() {
    ProcessIdentity process = started(world().runs());
    world().host().freeze(process, true, heard::add);
    world().await("the freeze", () -> heard.size() == 2);
    assertThat(heard.getLast()).isEqualTo(true);
    world().host().signal(process, "TERM");
    world().await("the exit", () -> heard.size() == 3);
    assertThat(heard.getLast()).isInstanceOf(Exit.class);
  }

  @Test
  void killsWhatIsFrozen() {
    ProcessIdentity process = started(world().runs());
    world().host().freeze(process, true, heard::add);
    world().host().kill(process, () -> heard.add("gone"));
    world().await("the end", () -> heard.contains("gone"));
    assertThat(heard).hasAtLeastOneElementOfType(Exit.class);
  }

  @Test
  void takesOverAProcessOfAnEarlierRunAndSeesItsExit() {
    ProcessIdentity process = started(world().runs());
    ProcessHost next = world().restarted();
    List<Object> later = Collections.synchronizedList(new ArrayList<>());
    next.adopt(SHOP_1, process, later::add, later::add);
    world().await("the adoption", () -> later.size() == 1);
    assertThat(later.getFirst()).isEqualTo(new AdoptOutcome.Adopted());
    next.kill(process, () -> later.add("gone"));
    world().await("the end", () -> later.contains("gone"));
    assertThat(later).hasAtLeastOneElementOfType(Exit.class);
  }

  @Test
  void doesNotTakeOverWhatIsGoneOrAnother() {
    ProcessIdentity process = started(world().runs());
    ProcessIdentity other =
        new ProcessIdentity(
            process.pid(), process.startTicks() - 1, process.bootId(), "of an earlier one");
    ProcessHost next = world().restarted();
    List<Object> later = Collections.synchronizedList(new ArrayList<>());
    next.adopt(SHOP_1, other, later::add, later::add);
    world().await("the answer", () -> later.size() == 1);
    assertThat(later.getFirst()).isInstanceOf(AdoptOutcome.Gone.class);
    assertThat(heard()).as("the other one was left alone").hasSize(1);
    next.kill(process, () -> later.add("gone"));
    world().await("the end", () -> later.contains("gone"));
    next.adopt(SHOP_1, process, later::add, later::add);
    world().await("the answer", () -> later.size() == 3);
    assertThat(later.getLast()).isInstanceOf(AdoptOutcome.Gone.class);
  }

  @Test
  void findsAProcessByItsNonce() {
    ProcessIdentity process = started(world().runs());
    List<Object> found = Collections.synchronizedList(new ArrayList<>());
    ProcessHost next = world().restarted();
    next.find(process.nonce(), found::add);
    next.find("of nobody", found::add);
    world().await("both answers", () -> found.size() == 2);
    assertThat(found).containsExactly(Optional.of(process), Optional.empty());
    next.kill(process, () -> found.add("gone"));
    world().await("the end", () -> found.size() == 3);
  }

  @Test
  void findsWhatNobodyKnowsOfByTheMarksThatItCarries() {
    ProcessHost.StartRequest marked = request(world().runs());
    marked.environment().put("MAINSTAY_INSTANCE", "shop-1");
    marked.environment().put("MAINSTAY_GENERATION", "7");
    marked.environment().put("MAINSTAY_REVISION", "2");
    marked.environment().put("PORT", "20001");
    world().host().start(marked, heard::add, heard::add);
    world().await("the start", () -> !heard.isEmpty());
    ProcessIdentity process = ((StartOutcome.Started) heard.getFirst()).process();
    List<List<ProcessHost.Stray>> found = Collections.synchronizedList(new ArrayList<>());
    ProcessHost next = world().restarted();
    next.strays(List.of(), found::add);
    next.strays(List.of(process.nonce()), found::add);
    world().await("both answers", () -> found.size() == 2);
    assertThat(found.getFirst())
        .containsExactly(
            new ProcessHost.Stray(
                process, true, Optional.of(SHOP_1), 7, 2, OptionalInt.of(20_001)));
    assertThat(found.getLast()).isEmpty();
    next.kill(process, () -> heard.add("gone"));
    world().await("the end", () -> heard.contains("gone"));
  }

  @Test
  void runsACommandToItsEnd() {
    world()
        .host()
        .run(command(world().printsAndExits("said", "", 0), Duration.ofSeconds(10)), heard::add);
    world().await("the end", () -> heard.size() == 1);
    CommandOutcome outcome = (CommandOutcome) heard.getFirst();
    assertThat(outcome.succeeded()).isTrue();
    assertThat(outcome.output()).contains("said");
  }

  @Test
  void killsACommandAtItsTimeOut() {
    world().host().run(command(world().ignoresTerm(), Duration.ofMillis(200)), heard::add);
    world().await("the end", () -> heard.size() == 1);
    CommandOutcome outcome = (CommandOutcome) heard.getFirst();
    assertThat(outcome.code()).isEmpty();
    assertThat(outcome.problem()).isPresent();
  }

  @Test
  void saysThatACommandIsMissing() {
    world().host().run(command(world().missing(), Duration.ofSeconds(1)), heard::add);
    world().await("the end", () -> heard.size() == 1);
    assertThat(((CommandOutcome) heard.getFirst()).problem().orElseThrow())
        .contains(world().missing().getFirst());
  }

  @Test
  void givesEachInstanceAPortOfItsOwnAndThePreferredOneAgain() {
    int first = world().host().freePort(SHOP_1, OptionalInt.empty()).orElseThrow();
    int second = world().host().freePort(SHOP_2, OptionalInt.of(first)).orElseThrow();
    assertThat(first).isBetween(20_000, 29_999);
    assertThat(second).isBetween(20_000, 29_999).isNotEqualTo(first);
    assertThat(world().host().freePort(SHOP_1, OptionalInt.of(first))).hasValue(first);
  }

  /** Starts a command and waits for its start; the exit comes second into what was heard. */
  protected final ProcessIdentity started(List<String> command) {
    world().host().start(request(command), heard::add, heard::add);
    world().await("the start", () -> !heard.isEmpty());
    assertThat(heard.getFirst()).isInstanceOf(StartOutcome.Started.class);
    return ((StartOutcome.Started) heard.getFirst()).process();
  }

  /** What callbacks have said so far, in order. */
  protected final List<Object> heard() {
    return heard;
  }

  /** A request without limits and user. */
  protected final ProcessHost.StartRequest request(List<String> command) {
    return new ProcessHost.StartRequest(
        SHOP_1,
        command,
        world().directory(),
        new LinkedHashMap<>(System.getenv()),
        Optional.empty(),
        Workload.Limits.NONE,
        "nonce" + System.nanoTime() + "x" + ++nonces);
  }

  private ProcessHost.CommandRequest command(List<String> command, Duration timeout) {
    return new ProcessHost.CommandRequest(
        Optional.empty(),
        command,
        world().directory(),
        new LinkedHashMap<>(System.getenv()),
        Optional.empty(),
        timeout);
  }
}

package io.mainstay.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.linux.cgroups.Cgroups;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.state.Exit;
import io.mainstay.model.state.ProcessIdentity;
import io.mainstay.ports.ProcessHost.CommandOutcome;
import io.mainstay.ports.ProcessHost.CommandRequest;
import io.mainstay.ports.ProcessHost.StartOutcome;
import io.mainstay.ports.ProcessHost.StartRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only real processes can show; without control groups, as a plain user has it. */
class HostBehaviourTest {
  private static final InstanceId SHOP_1 = new InstanceId(new ServiceName("shop"), 1);

  @TempDir Path data;
  private final List<Object> heard = Collections.synchronizedList(new ArrayList<>());
  private final SequencedMap<String, String> environment = new LinkedHashMap<>(System.getenv());
  private RealWorld world;

  @BeforeEach
  void open() throws IOException {
    world = new RealWorld(data, Cgroups.NONE);
  }

  @AfterEach
  void close() {
    world.close();
    assertThat(world.problems).isEmpty();
  }

  @Test
  void givesTheProcessASessionOfItsOwnAndNoDescriptorOfOurs() throws IOException {
    try (var ours = Files.newInputStream(Path.of("/proc/self/status"))) {
      ended("ls /proc/$$/fd; cut -d' ' -f1,5,6 /proc/$$/stat; readlink /proc/$$/fd/0");
      assertThat(ours).isNotNull();
    }
    List<String> lines = world.logs.tail(SHOP_1, 10);
    assertThat(lines.subList(0, 3)).containsExactly("0", "1", "2");
    String[] ids = lines.get(3).split(" ");
    assertThat(ids[1]).isEqualTo(ids[0]);
    assertThat(ids[2]).isEqualTo(ids[0]);
    assertThat(lines.get(4)).isEqualTo("/dev/null");
  }

  @Test
  void blocksAndIgnoresNoSignal() {
    ended("grep -E 'SigBlk|SigIgn' /proc/self/status");
    // Of signals 32 and 33, which are its own, glibc makes ignored ones.
    assertThat(world.logs.tail(SHOP_1, 2))
        .allMatch(line -> line.matches("Sig...:\\s+0000000[01][08]0000000"));
  }

  @Test
  void keepsBothStreamsInOrderAndGivesTheLinesUpToTheLastOfStandardError() {
    Exit exit =
        ended(
            "for i in 1 2 3; do echo out $i; echo err $i >&2; done; "
                + "for i in $(seq 50); do echo later $i; done; exit 4");
    assertThat(exit.lastLines())
        .containsExactly("out 1", "err 1", "out 2", "err 2", "out 3", "err 3");
    assertThat(world.logs.tail(SHOP_1, 1)).containsExactly("later 50");
    assertThat(world.logs.tail(SHOP_1, 56)).startsWith("out 1", "err 1", "out 2");
  }

  @Test
  void givesTwentyLinesAtMostAndNoneOfAnEarlierRun() {
    ended("echo of the first run >&2; exit 1");
    heard.clear();
    Exit exit = ended("seq 30 >&2; exit 1");
    assertThat(exit.lastLines()).hasSize(20).startsWith("11").endsWith("30");
    heard.clear();
    assertThat(ended("exit 1").lastLines()).isEmpty();
  }

  @Test
  void givesTheLastOutputOfAFailureThatSaidNothingToStandardError() {
    assertThat(ended("echo to stdout; exit 1").lastLines()).containsExactly("to stdout");
    heard.clear();
    assertThat(ended("echo to stdout").lastLines()).isEmpty();
  }

  @Test
  void tellsASignalFromACode() {
    Exit exit = ended("kill -SEGV $$");
    assertThat(exit.signal()).contains("SEGV");
    assertThat(exit.code()).isEmpty();
    assertThat(exit.describe()).startsWith("killed by SIGSEGV");
  }

  @Test
  void findsTheCommandOnThePathOfTheInstance() throws IOException {
    Path folder = Files.createDirectory(data.resolve("bin"));
    Path program = Files.writeString(folder.resolve("tool"), "#!/bin/sh\necho $0 $1\n");
    environment.put("PATH", "bin:/usr/bin:/bin");
    start(List.of("tool", "a b"), Workload.Limits.NONE);
    assertThat(failure()).isEqualTo("not executable: " + program);
    assertThat(program.toFile().setExecutable(true)).isTrue();
    start(List.of("tool", "a b"), Workload.Limits.NONE);
    world.await("the exit", () -> heard.size() == 2);
    assertThat(world.logs.tail(SHOP_1, 1)).singleElement().asString().endsWith("tool a b");
  }

  @Test
  void saysWhatIsWrongBeforeAnythingRuns() {
    start(List.of("nothing-like-that"), Workload.Limits.NONE);
    assertThat(failure()).isEqualTo("command not found: nothing-like-that (looked in PATH)");
    start(List.of("./run.sh"), Workload.Limits.NONE);
    assertThat(failure()).isEqualTo("command not found: ./run.sh (in " + data + ")");
    start(List.of("/"), Workload.Limits.NONE);
    assertThat(failure()).isEqualTo("not a program but a directory: /");
    StartRequest lost =
        new StartRequest(
            SHOP_1,
            List.of("true"),
            data.resolve("lost"),
            environment,
            Optional.empty(),
            Workload.Limits.NONE,
            "n");
    world.host().start(lost, heard::add, heard::add);
    assertThat(failure()).isEqualTo("directory not found: " + data.resolve("lost"));
    StartRequest stranger =
        new StartRequest(
            SHOP_1,
            List.of("true"),
            data,
            environment,
            Optional.of("nobody-at-all"),
            Workload.Limits.NONE,
            "n");
    world.host().start(stranger, heard::add, heard::add);
    assertThat(failure()).isEqualTo("user not found: nobody-at-all");
  }

  @Test
  void saysThatAFileIsNoProgram() throws IOException {
    Path program = Files.writeString(data.resolve("noise"), "\0\1\2");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    start(List.of("./noise"), Workload.Limits.NONE);
    assertThat(failure()).isEqualTo("cannot start ./noise: Exec format error");
  }

  @Test
  void limitsOpenFilesAndPassesEveryVariableAndArgumentUnchanged() {
    environment.put("QUOTED", "a 'b' \"c\" $d");
    Workload.Limits limits =
        new Workload.Limits(OptionalLong.empty(), OptionalDouble.empty(), OptionalLong.of(123));
    String script = "ulimit -n; printf '%s\\n' \"$QUOTED\" \"$@\"";
    start(List.of("sh", "-c", script, "me", "x  y", "$(false)", ""), limits);
    world.await("the exit", () -> heard.size() == 2);
    assertThat(((StartOutcome.Started) heard.getFirst()).limitsNotEnforced()).isEmpty();
    assertThat(world.logs.tail(SHOP_1, 20))
        .containsExactly("123", "a 'b' \"c\" $d", "x  y", "$(false)", "");
    if (Files.exists(Path.of("/bin/bash"))) {
      environment.put("odd.name", "kept");
      start(List.of("env"), limits);
      world.await("the exit", () -> heard.size() == 4);
      assertThat(world.logs.tail(SHOP_1, 100)).contains("odd.name=kept");
    }
  }

  @Test
  void saysWhichLimitsAreNotInForce() {
    start(
        List.of("true"),
        new Workload.Limits(
            OptionalLong.of(1 << 20), OptionalDouble.empty(), OptionalLong.of(1L << 40)));
    world.await("the exit", () -> heard.size() == 2);
    assertThat(((StartOutcome.Started) heard.getFirst()).limitsNotEnforced().orElseThrow())
        .contains("files: 1099511627776 wanted")
        .contains("memory and cpu: no control group");
  }

  @Test
  void killsGrandchildrenThatLeftSessionAndGroup() {
    ProcessIdentity process = started("setsid setsid sleep 601 & (setsid sleep 602 &) ; sleep 603");
    ProcessTree tree = new ProcessTree(new ProcFs(Path.of("/proc")));
    world.await("all three", () -> tree.living(process).size() == 4);
    world.host().kill(process, () -> heard.add("gone"));
    world.await("the end", () -> heard.contains("gone"));
    assertThat(tree.living(process)).isEmpty();
    assertThat(tree.carriers(process.nonce())).isEmpty();
  }

  @Test
  void killsWhatAMainProcessLeftThatForkedAndExited() {
    ProcessIdentity process = started("setsid sleep 604 & exit 5");
    world.await("the exit", () -> heard.size() == 2);
    assertThat(((Exit) heard.getLast()).code()).hasValue(5);
    ProcessTree tree = new ProcessTree(new ProcFs(Path.of("/proc")));
    assertThat(tree.carriers(process.nonce())).hasSize(1);
    world.host().kill(process, () -> heard.add("gone"));
    world.await("the end", () -> heard.contains("gone"));
    assertThat(tree.carriers(process.nonce())).isEmpty();
  }

  @Test
  void endsWhatIsLeftOfAStartWhoseMainProcessIsGone() throws Exception {
    String nonce = "left-" + System.nanoTime();
    ProcessBuilder builder =
        new ProcessBuilder("setsid", "--fork", "sh", "-c", "sleep 606 & exit 0");
    builder.environment().put(ProcFs.NONCE, nonce);
    assertThat(builder.start().waitFor()).isZero();
    ProcessTree tree = new ProcessTree(new ProcFs(Path.of("/proc")));
    world.await(
        "the leftover",
        () ->
            tree.carriers(nonce).stream().allMatch(stat -> stat.session() != stat.pid())
                && tree.carriers(nonce).size() == 1);
    world.host().find(nonce, heard::add);
    world.await("the answer", () -> heard.size() == 1);
    assertThat(heard).containsExactly(Optional.empty());
    assertThat(tree.carriers(nonce)).isEmpty();
  }

  @Test
  void startsAlsoWhenTheLogCannotBeWritten() throws IOException {
    Files.createDirectory(world.logs.path(SHOP_1));
    assertThat(ended("echo lost; exit 6").code()).hasValue(6);
    assertThat(world.problems)
        .singleElement()
        .satisfies(problem -> assertThat(problem.reason()).contains("is not kept"));
    world.problems.clear();
  }

  @Test
  void adoptsAnOrphanSeesItsExitAndLearnsItsCode() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("setsid", "--fork", "sh", "-c", "read line < go; exit 7");
    builder.directory(data.toFile()).environment().put(ProcFs.NONCE, "orphan-nonce");
    assertThat(new ProcessBuilder("mkfifo", "go").directory(data.toFile()).start().waitFor())
        .isZero();
    assertThat(builder.start().waitFor()).isZero();
    world.await(
        "the orphan",
        () -> !new ProcessTree(new ProcFs(Path.of("/proc"))).carriers("orphan-nonce").isEmpty());
    world.host().find("orphan-nonce", found -> heard.add(found.orElseThrow()));
    world.await("the search", () -> heard.size() == 1);
    ProcessIdentity orphan = (ProcessIdentity) heard.getFirst();
    world.host().adopt(SHOP_1, orphan, heard::add, heard::add);
    world.await("the adoption", () -> heard.size() == 2);
    Files.writeString(data.resolve("go"), "now\n");
    world.await("the exit", () -> heard.size() == 3);
    assertThat(((Exit) heard.getLast()).code()).hasValue(7);
  }

  @Test
  void aCommandSeesNoNonceOfTheInstanceAndWritesToItsLog() {
    environment.put(ProcFs.NONCE, "of the instance");
    CommandRequest request =
        new CommandRequest(
            Optional.of(SHOP_1),
            List.of("sh", "-c", "echo nonce=$MAINSTAY_NONCE; echo oops >&2; exit 1"),
            data,
            environment,
            Optional.empty(),
            Duration.ofSeconds(10));
    world.host().run(request, heard::add);
    world.await("the end", () -> heard.size() == 1);
    CommandOutcome outcome = (CommandOutcome) heard.getFirst();
    assertThat(outcome.code()).hasValue(1);
    assertThat(outcome.output()).contains("nonce=command-").contains("oops");
    assertThat(world.logs.tail(SHOP_1, 2)).element(1).isEqualTo("oops");
  }

  @Test
  void keepsSixtyFourKibibytesOfWhatACommandPrintsAndReadsOn() {
    CommandRequest request =
        new CommandRequest(
            Optional.empty(),
            List.of("sh", "-c", "seq 100000; sleep 605 & exit 0"),
            data,
            environment,
            Optional.empty(),
            Duration.ofSeconds(10));
    world.host().run(request, heard::add);
    world.await("the end", () -> heard.size() == 1);
    CommandOutcome outcome = (CommandOutcome) heard.getFirst();
    assertThat(outcome.succeeded()).as(outcome.toString()).isTrue();
    assertThat(outcome.output()).hasSize(64 * 1024).startsWith("1\n2\n");
    // The sleeper holds the pipe, is nobody's any more, and dies with the machine or by hand.
    ProcessHandle.allProcesses()
        .filter(p -> p.info().arguments().map(List::of).orElse(List.of()).equals(List.of("605")))
        .forEach(ProcessHandle::destroyForcibly);
  }

  @Test
  void countsTheCpuTimeOfTheTree() {
    ProcessIdentity process = started("(while :; do :; done) & while :; do :; done");
    world.await("time", () -> world.host().cpuTime(process).toMillis() > 100);
    world.host().kill(process, () -> heard.add("gone"));
    world.await("the end", () -> heard.contains("gone"));
    world.await("the end in the sums", () -> world.host().cpuTime(process).isZero());
  }

  @Test
  void knowsWhereTheOutputOfTheLastRunBegins() {
    ended("echo one");
    heard.clear();
    ended("echo two");
    long begin = world.logs.begin(SHOP_1);
    assertThat(new String(world.logs.read(SHOP_1, begin, 100).bytes())).isEqualTo("two\n");
    assertThat(new String(world.logs.read(SHOP_1, 0, 6).bytes()))
        .isEqualTo("e\ntwo\n".substring(0, 6));
    assertThat(world.logs.read(SHOP_1, begin + 99, 100).bytes()).isEmpty();
  }

  @Test
  void startsAHundredAndSeesEveryExitOnce() {
    IntStream.range(0, 100)
        .forEach(i -> start(List.of("sh", "-c", "exit " + i), Workload.Limits.NONE));
    world.await("all", () -> heard.size() == 200);
    List<Integer> codes =
        heard.stream()
            .filter(Exit.class::isInstance)
            .map(exit -> ((Exit) exit).code().orElse(-1))
            .sorted()
            .toList();
    assertThat(codes).isEqualTo(IntStream.range(0, 100).boxed().toList());
  }

  @Test
  void givesNoPortThatSomebodyListensOn() throws IOException {
    int port = world.host().freePort(SHOP_1, OptionalInt.empty()).orElseThrow();
    try (var server =
        new java.net.ServerSocket(port, 1, java.net.InetAddress.getLoopbackAddress())) {
      assertThat(world.host().freePort(SHOP_1, OptionalInt.of(server.getLocalPort())))
          .isNotEqualTo(OptionalInt.of(port));
    }
  }

  private Exit ended(String script) {
    start(RealWorld.shell(script), Workload.Limits.NONE);
    world.await("the exit", () -> heard.size() == 2);
    return (Exit) heard.getLast();
  }

  private ProcessIdentity started(String script) {
    start(RealWorld.shell(script), Workload.Limits.NONE);
    world.await("the start", () -> !heard.isEmpty());
    return ((StartOutcome.Started) heard.getFirst()).process();
  }

  private void start(List<String> command, Workload.Limits limits) {
    StartRequest request =
        new StartRequest(
            SHOP_1,
            command,
            data,
            environment,
            Optional.empty(),
            limits,
            "nonce-" + System.nanoTime());
    world.host().start(request, heard::add, heard::add);
  }

  private String failure() {
    world.await("the outcome", () -> !heard.isEmpty());
    return ((StartOutcome.Failed) heard.removeFirst()).reason();
  }
}

package io.mainstay.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.linux.cgroups.Cgroups;
import io.mainstay.model.spec.PoolSpec;
import io.mainstay.model.spec.ServiceSpec.Hook;
import io.mainstay.ports.NodeProvider;
import io.mainstay.ports.NodeProvider.Result;
import io.mainstay.testkit.NodeProviderContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With commands whose nodes are files. */
class ScriptNodeProviderTest extends NodeProviderContract {
  @TempDir private Path data;
  private RealWorld world;
  private NodeProvider provider;
  private List<String> create =
      RealWorld.shell(
          "mkdir -p $MAINSTAY_POOL && echo \"$MAINSTAY_JOIN\" > $MAINSTAY_POOL/$MAINSTAY_NODE");
  private Duration timeout = Duration.ofSeconds(10);

  @BeforeEach
  void start() throws IOException {
    world = new RealWorld(data, Cgroups.NONE);
    SequencedMap<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", System.getenv("PATH"));
    provider =
        new ScriptNodeProvider(
            world.host(), environment, order -> "mainstay join --node " + order.node());
  }

  @AfterEach
  void end() {
    world.close();
  }

  @Test
  void givesTheJoinCommandToWhoMakesANode() throws IOException {
    create("workers", "workers-1");
    assertThat(Files.readString(data.resolve("workers/workers-1")))
        .isEqualTo("mainstay join --node workers-1\n");
  }

  @Test
  void fillsNamesInAndFailsWhereOneHasNoValue() throws IOException {
    create = List.of("touch", "made-${MAINSTAY_NODE}");
    assertThat(create("workers", "workers-1")).isInstanceOf(Result.Done.class);
    assertThat(data.resolve("made-workers-1")).exists();
    create = List.of("touch", "${NOWHERE}");
    assertThat(create("workers", "workers-1")).isEqualTo(new Result.Failed("NOWHERE has no value"));
  }

  @Test
  void endsWhatTakesTooLong() {
    create = List.of("sleep", "60");
    timeout = Duration.ofMillis(200);
    assertThat(create("workers", "workers-1")).isEqualTo(new Result.Failed("no end within 200 ms"));
  }

  @Test
  void saysThatThereIsNoSuchCommand() {
    create = List.of("no-such-program");
    assertThat(create("workers", "workers-1"))
        .isInstanceOfSatisfying(
            Result.Failed.class, failed -> assertThat(failed.reason()).contains("no-such-program"));
  }

  @Override
  protected NodeProvider provider() {
    return provider;
  }

  @Override
  protected PoolSpec.Provider description() {
    return new PoolSpec.Provider.Script(
        create,
        RealWorld.shell("rm -f $MAINSTAY_POOL/$MAINSTAY_NODE"),
        RealWorld.shell("ls $MAINSTAY_POOL 2>/dev/null || true"),
        timeout);
  }

  @Override
  protected Path directory() {
    return data;
  }

  @Override
  protected void breakDown() {
    create = RealWorld.shell("echo no machine left >&2; exit 3");
  }

  @Override
  protected Hook hook() {
    return new Hook(RealWorld.shell("test -f $MAINSTAY_POOL/$MAINSTAY_NODE"), timeout);
  }
}

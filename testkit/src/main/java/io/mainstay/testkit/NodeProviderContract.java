package io.mainstay.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.NodeName;
import io.mainstay.model.spec.PoolSpec;
import io.mainstay.model.spec.ServiceSpec.Hook;
import io.mainstay.ports.NodeProvider;
import io.mainstay.ports.NodeProvider.Listing;
import io.mainstay.ports.NodeProvider.Order;
import io.mainstay.ports.NodeProvider.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What every {@link NodeProvider} does; each test begins without nodes. */
public abstract class NodeProviderContract {
  /** A provider without nodes. */
  protected abstract NodeProvider provider();

  /** How its pool is described. */
  protected abstract PoolSpec.Provider description();

  /** Where its commands run. */
  protected abstract Path directory();

  /** From now on it can make nothing. */
  protected abstract void breakDown();

  /** A hook that works. */
  protected abstract Hook hook();

  @Test
  void listsWhatItMade() {
    assertThat(list(pool("workers"))).isEmpty();
    assertThat(create("workers", "workers-2")).isInstanceOf(Result.Done.class);
    assertThat(create("workers", "workers-1")).isInstanceOf(Result.Done.class);
    assertThat(list(pool("workers"))).containsExactly("workers-1", "workers-2");
  }

  @Test
  void listsNothingOfOtherPools() {
    create("workers", "workers-1");
    assertThat(list(pool("others"))).isEmpty();
  }

  @Test
  void removesANode() {
    create("workers", "workers-1");
    create("workers", "workers-2");
    assertThat(destroy("workers", "workers-1")).isInstanceOf(Result.Done.class);
    assertThat(list(pool("workers"))).containsExactly("workers-2");
  }

  @Test
  void takesNoHarmFromBeingAskedTwice() {
    create("workers", "workers-1");
    assertThat(create("workers", "workers-1")).isInstanceOf(Result.Done.class);
    assertThat(list(pool("workers"))).containsExactly("workers-1");
    destroy("workers", "workers-1");
    assertThat(destroy("workers", "workers-1")).isInstanceOf(Result.Done.class);
    assertThat(list(pool("workers"))).isEmpty();
  }

  @Test
  void saysWhyItCouldMakeNone() {
    breakDown();
    assertThat(create("workers", "workers-1"))
        .isInstanceOfSatisfying(
            Result.Failed.class, failed -> assertThat(failed.reason()).contains("no machine left"));
    assertThat(list(pool("workers"))).isEmpty();
  }

  @Test
  void runsAHook() {
    create("workers", "workers-1");
    Order order = order("workers", "workers-1");
    assertThat(this.<Result>ask(done -> provider().hook(order, hook(), Runnables.ON_CALLER, done)))
        .isInstanceOf(Result.Done.class);
  }

  /** A pool as this provider knows them. */
  protected PoolSpec pool(String name) {
    return new PoolSpec(
        name,
        0,
        5,
        0,
        description(),
        Duration.ofMinutes(10),
        Duration.ofMinutes(1),
        Duration.ofMinutes(5),
        new LinkedHashMap<>(),
        new PoolSpec.Capacity(2, 1L << 31, 100),
        new PoolSpec.Hooks(Optional.empty(), Optional.empty()));
  }

  /** About one node. */
  protected Order order(String pool, String node) {
    return new Order(pool(pool), new NodeName(node), directory());
  }

  /** Makes one and waits for it. */
  protected Result create(String pool, String node) {
    return ask(done -> provider().create(order(pool, node), Runnables.ON_CALLER, done));
  }

  private Result destroy(String pool, String node) {
    return ask(done -> provider().destroy(order(pool, node), Runnables.ON_CALLER, done));
  }

  private List<String> list(PoolSpec pool) {
    Listing listing = ask(done -> provider().list(pool, directory(), Runnables.ON_CALLER, done));
    return ((Listing.Listed) listing).nodes().stream().map(NodeName::value).toList();
  }

  private <T> T ask(Consumer<Consumer<T>> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    question.accept(answer::complete);
    return answer.orTimeout(20, TimeUnit.SECONDS).join();
  }
}

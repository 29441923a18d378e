package io.mainstay.testkit;

import io.mainstay.model.spec.PoolSpec;
import io.mainstay.model.spec.ServiceSpec.Hook;
import io.mainstay.ports.NodeProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The provider of the tests keeps the contract, too. */
class MemoryNodeProviderTest extends NodeProviderContract {
  private final MemoryNodeProvider provider = new MemoryNodeProvider();

  @Override
  protected NodeProvider provider() {
    return provider;
  }

  @Override
  protected PoolSpec.Provider description() {
    return new PoolSpec.Provider.Script(
        List.of("c"), List.of("d"), List.of("l"), Duration.ofSeconds(1));
  }

  @Override
  protected Path directory() {
    return Path.of("/srv");
  }

  @Override
  protected void breakDown() {
    provider.fail(true);
  }

  @Override
  protected Hook hook() {
    return new Hook(List.of("x"), Duration.ofSeconds(1));
  }
}

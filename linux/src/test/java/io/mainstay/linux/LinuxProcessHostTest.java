package io.mainstay.linux;

import io.mainstay.linux.cgroups.Cgroups;
import io.mainstay.testkit.ProcessHostContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LinuxProcessHostTest extends ProcessHostContract {
  @TempDir Path data;

  @Override
  protected World open() throws IOException {
    return new RealWorld(data, Cgroups.NONE);
  }
}

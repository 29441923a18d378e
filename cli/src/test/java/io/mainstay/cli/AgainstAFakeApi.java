package io.mainstay.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests of commands against an API that answers what each test says. */
abstract class AgainstAFakeApi {
  @TempDir Path data;
  FakeApi api;

  @BeforeEach
  void open() throws IOException {
    api = new FakeApi(data);
  }

  @AfterEach
  void close() {
    api.close();
  }

  Ran run(String... arguments) {
    return Ran.against(api, arguments);
  }
}

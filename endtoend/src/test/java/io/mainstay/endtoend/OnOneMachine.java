package io.mainstay.endtoend;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the packaged program, which is ended after each of them. */
abstract class OnOneMachine {
  @TempDir Path folder;
  Program program;

  /** A free one, for a listener. */
  final int port = Program.freePort();

  @BeforeEach
  void make() {
    program = new Program(folder);
  }

  @AfterEach
  void end() throws Exception {
    program.close();
  }
}

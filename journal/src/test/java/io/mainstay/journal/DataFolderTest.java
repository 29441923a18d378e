package io.mainstay.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.journal.DataFolder.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @TempDir Path parent;

  private Path root() {
    return parent.resolve("a/.mainstay");
  }

  @Test
  void makesFoldersForTheirOwnerOnly() throws IOException {
    try (DataFolder folder = opened()) {
      for (Path part :
          new Path[] {
            folder.root(), folder.events(), folder.instances(), folder.logs(), folder.coordination()
          }) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(part)))
            .isEqualTo("rwx------");
      }
    }
  }

  @Test
  void leavesTheModeOfAFolderThatWasThere() throws IOException {
    Files.createDirectories(root());
    Files.setPosixFilePermissions(root(), PosixFilePermissions.fromString("rwxr-xr-x"));
    try (DataFolder folder = opened()) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.root())))
          .isEqualTo("rwxr-xr-x");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.events())))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void refusesASecondServerInThisProcessAndKeepsTheLock() throws Exception {
    try (DataFolder folder = opened()) {
      assertThat(folder.root()).isDirectory();
      assertThat(refusal()).contains("pid " + ProcessHandle.current().pid());
      assertThat(inAnotherProcess()).contains("pid " + ProcessHandle.current().pid());
    }
    opened().close();
  }

  @Test
  void isFreeAgainOnceItsServerIsKilled() throws Exception {
    Process other = start();
    try (BufferedReader out = other.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).isEqualTo("opened");
      assertThat(refusal()).contains("pid " + other.pid());
    } finally {
      other.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
    opened().close();
  }

  @Test
  void saysWhyAFolderCannotBeUsed() throws IOException {
    Files.createDirectories(root().getParent());
    Files.writeString(root(), "a file");
    assertThat(refusal())
        .contains(
            root().toString(), "File Already Exists", "expected: a folder that can be written");
  }

  private DataFolder opened() {
    Outcome outcome = DataFolder.open(root());
    assertThat(outcome).isInstanceOf(Outcome.Opened.class);
    return ((Outcome.Opened) outcome).folder();
  }

  private String refusal() {
    Outcome outcome = DataFolder.open(root());
    assertThat(outcome).isInstanceOf(Outcome.Refused.class);
    return ((Outcome.Refused) outcome).reason();
  }

  private String inAnotherProcess() throws Exception {
    Process other = start();
    try (BufferedReader out = other.inputReader(StandardCharsets.UTF_8)) {
      return out.readLine();
    } finally {
      other.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
  }

  private Process start() throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Other.class.getName(),
            root().toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Another server: says what came of opening, then holds on until it is killed. */
  static final class Other {
    private Other() {}

    public static void main(String[] arguments) throws IOException {
      System.out.println(
          switch (DataFolder.open(Path.of(arguments[0]))) {
            case Outcome.Opened opened -> "opened";
            case Outcome.Refused refused -> refused.reason();
          });
      System.out.flush();
      int read = System.in.read();
      assert read < 0;
    }
  }
}

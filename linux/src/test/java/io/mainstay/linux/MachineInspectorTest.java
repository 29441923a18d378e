package io.mainstay.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.linux.MachineFact.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineInspectorTest {
  @TempDir Path folder;

  @Test
  void looksAtThisMachineAndLeavesNothing() throws IOException {
    List<MachineFact> facts = new MachineInspector(folder.resolve("not/there/yet")).inspect();
    assertThat(facts)
        .extracting(MachineFact::subject)
        .doesNotHaveDuplicates()
        .contains("java", "kernel", "disk");
    assertThat(facts).allMatch(fact -> fact.fix().isEmpty() == (fact.level() == Level.OK));
    assertThat(facts).noneMatch(fact -> fact.found().isBlank());
    try (var left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void warnsOfWhatHoldsItBackAndSaysTheFix() throws IOException {
    Path proc = folder.resolve("proc");
    write(proc, "sys/net/ipv4/ip_local_port_range", "1024\t65535\n");
    write(proc, "sys/net/core/somaxconn", "128\n");
    write(proc, "sys/kernel/io_uring_disabled", "2\n");
    List<MachineFact> facts = new MachineInspector(folder, proc, false).inspect();
    assertThat(level(facts, "instance ports")).isEqualTo(Level.WARNING);
    assertThat(level(facts, "connection backlog")).isEqualTo(Level.WARNING);
    assertThat(level(facts, "io_uring")).isEqualTo(Level.WARNING);
    assertThat(level(facts, "user")).isEqualTo(Level.WARNING);
    write(proc, "sys/net/ipv4/ip_local_reserved_ports", "20000-29999\n");
    assertThat(level(new MachineInspector(folder, proc, true).inspect(), "instance ports"))
        .isEqualTo(Level.OK);
  }

  private static Level level(List<MachineFact> facts, String subject) {
    return facts.stream()
        .filter(fact -> fact.subject().equals(subject))
        .findFirst()
        .orElseThrow()
        .level();
  }

  private static void write(Path proc, String name, String text) throws IOException {
    Path file = proc.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}

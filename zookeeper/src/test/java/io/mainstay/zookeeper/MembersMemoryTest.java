package io.mainstay.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstay.model.NodeName;
import io.mainstay.ports.ClusterControl.Member;
import io.mainstay.spec.JsonModelCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MembersMemoryTest {
  private static final Member SELF = new Member(1, new NodeName("a"), "10.0.0.1", 1, 2, 3);
  private static final Member OTHER = new Member(2, new NodeName("b"), "10.0.0.2", 1, 2, 3);
  @TempDir Path folder;
  private MembersMemory memory;

  @BeforeEach
  void open() {
    memory = new MembersMemory(folder.resolve("cluster/members.json"), new JsonModelCodec());
  }

  @Test
  void keepsTheNewestThatItSaw() throws IOException {
    assertThat(memory.read()).isEmpty();
    memory.write(new MembersMemory.Memory(Optional.of(SELF), 0, List.of(1), List.of(SELF)));
    memory.saw(0x100000002L, new TreeSet<>(List.of(1, 2, 3)));
    memory.saw(0x100000001L, new TreeSet<>(List.of(1)));
    memory.saw(Optional.of(SELF), List.of(SELF, OTHER));
    assertThat(memory.read())
        .contains(
            new MembersMemory.Memory(
                Optional.of(SELF), 0x100000002L, List.of(1, 2, 3), List.of(SELF, OTHER)));
  }

  @Test
  void refusesWhatIsOlderThanIt() throws IOException {
    memory.write(new MembersMemory.Memory(Optional.of(SELF), 7, List.of(1, 2, 3), List.of(SELF)));
    assertThatThrownBy(() -> memory.requireNothingForgotten(0, new TreeSet<>(List.of(1))))
        .hasMessageContaining("remembers the cluster of servers [1, 2, 3]")
        .hasMessageContaining("older one of servers [1]");
    assertThatThrownBy(
            () -> memory.requireNothingForgotten(6, new TreeSet<>(List.of(1, 2, 3, 4, 5))))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> memory.requireNothingForgotten(7, new TreeSet<>(List.of(1))))
        .as("fewer members in the same configuration: the file was changed by hand")
        .isInstanceOf(IOException.class);
    assertThatCode(() -> memory.requireNothingForgotten(7, new TreeSet<>(List.of(1, 2, 3))))
        .doesNotThrowAnyException();
    assertThatCode(() -> memory.requireNothingForgotten(8, new TreeSet<>(List.of(1))))
        .as("changed by the cluster itself")
        .doesNotThrowAnyException();
  }

  @Test
  void saysSoWhenItIsDamaged() throws IOException {
    Files.createDirectories(folder.resolve("cluster"));
    Files.writeString(folder.resolve("cluster/members.json"), "{");
    assertThatThrownBy(memory::read).hasMessageContaining("members.json");
  }
}

package io.mainstay.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Address;
import io.mainstay.zookeeper.ExternalEnsemble.Parsed;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExternalEnsembleTest {
  @TempDir Path folder;

  @Test
  void readsItsAddress() {
    assertThat(ExternalEnsemble.parse("zk://h1:2181,h2,[::1]:99/a/b-c/"))
        .isEqualTo(
            new Parsed.Valid(
                new ExternalEnsemble(
                    List.of(
                        new Address("h1", 2181), new Address("h2", 2181), new Address("::1", 99)),
                    "/a/b-c")));
    assertThat(ExternalEnsemble.parse("zk://h"))
        .isEqualTo(new Parsed.Valid(new ExternalEnsemble(List.of(new Address("h", 2181)), "")));
  }

  @Test
  void saysWhatIsWrongWithAnAddress() {
    assertThat(reason("h1:2181")).contains("expected: zk://");
    assertThat(reason("zks://h1:2181")).contains("TLS is not supported yet");
    assertThat(reason("zk://")).contains("expected: HOST:PORT");
    assertThat(reason("zk://a,,b")).contains("expected: HOST:PORT");
    assertThat(reason("zk://a:99999")).contains("a:99999");
    assertThat(reason("zk://a/b//c")).contains("path");
    assertThat(reason("zk://a/../c")).contains("path");
    assertThat(reason("zk://a/b c")).contains("path");
  }

  @Test
  void keepsToItsPartOfTheEnsemble() {
    try (CoordinationPeer peer =
        new CoordinationPeer(folder.resolve("z"), new RecordingPeerListener())) {
      Address server = Address.parse(peer.address().toCompletableFuture().join()).orElseThrow();
      ExternalEnsemble part = new ExternalEnsemble(List.of(server), "/team/apps");
      ExternalEnsemble all = new ExternalEnsemble(List.of(server), "");
      try (ZooKeeperCoordinator one = part.open("c", new TinyCodec());
          ZooKeeperCoordinator other = all.open("c", new TinyCodec());
          ThreadMailbox mailbox = new ThreadMailbox();
          Watching seen = new Watching(one);
          Watching unseen = new Watching(other)) {
        assertThat(seen.await(_ -> true)).isTrue();
        assertThat(unseen.await(_ -> true)).isTrue();
        one.writeObserved(
            new io.mainstay.model.state.Observed(new io.mainstay.model.NodeName("n"), 1, List.of()),
            mailbox,
            _ -> {});
        assertThat(seen.await(state -> state.observed().size() == 1)).isTrue();
        assertThat(unseen.newest().observed()).isEmpty();
      }
    }
  }

  private static String reason(String text) {
    assertThat(ExternalEnsemble.parse(text)).isInstanceOf(Parsed.Invalid.class);
    return ((Parsed.Invalid) ExternalEnsemble.parse(text)).reason();
  }
}

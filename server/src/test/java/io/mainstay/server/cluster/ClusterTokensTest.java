package io.mainstay.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.identity.ClusterAuthority;
import io.mainstay.identity.JoinToken;
import io.mainstay.spec.JsonModelCodec;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ClusterTokensTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private final ClusterAuthority authority = ClusterAuthority.create(UUID.randomUUID(), NOW);
  private final MemoryThings things = new MemoryThings();

  private ClusterTokens server() {
    return new ClusterTokens(things, new JsonModelCodec());
  }

  private JoinToken token(Duration validity) {
    return JoinToken.issue(authority, validity, NOW);
  }

  private String refusal(JoinToken token, Instant at) throws IOException {
    return server().refusal(token, authority.clusterId(), at).orElse("");
  }

  @Test
  void aTokenIsGoodOnEveryServer() throws IOException {
    JoinToken token = token(Duration.ofHours(1));
    server().add(token.stored(), NOW);
    assertThat(refusal(token, NOW)).isEmpty();
    assertThat(refusal(token, NOW.plusSeconds(3_599))).isEmpty();
  }

  @Test
  void oneThatExpiredIsRefusedEvenIfNobodyRemembersIt() throws IOException {
    JoinToken token = token(Duration.ofHours(1));
    assertThat(refusal(token, NOW.plusSeconds(3_600)))
        .contains("expired at 2026-01-01T01:00:00Z")
        .contains("mainstay token");
  }

  @Test
  void oneOfAnotherClusterOrOfNobodyIsRefused() throws IOException {
    ClusterAuthority other = ClusterAuthority.create(UUID.randomUUID(), NOW);
    assertThat(refusal(JoinToken.issue(other, Duration.ofHours(1), NOW), NOW))
        .contains("of cluster " + other.clusterId());
    assertThat(refusal(token(Duration.ofHours(1)), NOW)).contains("not known to this cluster");
  }

  @Test
  void thoseThatExpiredAreForgottenAndNeverMoreThanAHundredKept() throws IOException {
    for (int i = 0; i < 30; i++) {
      server().add(token(Duration.ofMinutes(1)).stored(), NOW);
    }
    JoinToken first = token(Duration.ofHours(1));
    server().add(first.stored(), NOW.plusSeconds(61));
    assertThat(things.names()).hasSize(1);
    for (int i = 0; i < 120; i++) {
      server().add(token(Duration.ofHours(2)).stored(), NOW);
    }
    assertThat(things.names()).hasSize(100);
    assertThat(refusal(first, NOW)).contains("not known");
  }
}

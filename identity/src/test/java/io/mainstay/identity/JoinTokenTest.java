package io.mainstay.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class JoinTokenTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
  private final ClusterAuthority authority = ClusterAuthority.create(UUID.randomUUID(), NOW);
  private final JoinToken token = JoinToken.issue(authority, Duration.ofHours(1), NOW);

  @Test
  void comesBackFromItsText() {
    JoinToken read = valid(token.text());
    assertThat(read.clusterId()).isEqualTo(authority.clusterId());
    assertThat(read.authorityFingerprint()).isEqualTo(authority.fingerprint());
    assertThat(read.id()).isEqualTo(token.id());
    assertThat(read.expiry()).isEqualTo(NOW.plus(Duration.ofHours(1)));
    assertThat(read.text()).isEqualTo(token.text()).startsWith("mst1.").doesNotContain("=");
    assertThat(valid("  " + token.text() + "\n").id()).isEqualTo(token.id());
  }

  @Test
  void opensTheClusterUntilItExpires() {
    StoredToken stored = token.stored();
    JoinToken shown = valid(token.text());
    assertThat(stored.refusal(shown, NOW)).isEmpty();
    assertThat(stored.refusal(shown, NOW.plus(Duration.ofMinutes(59)))).isEmpty();
    assertThat(stored.refusal(shown, NOW.plus(Duration.ofHours(1))))
        .hasValueSatisfying(reason -> assertThat(reason).contains("expired at 2030-01-01T01:00"));
  }

  @Test
  void doesNotOpenWithAnotherSecret() {
    JoinToken other = JoinToken.issue(authority, Duration.ofHours(1), NOW);
    StoredToken sameId = new StoredToken(token.id(), other.stored().secretHash(), token.expiry());
    assertThat(sameId.refusal(token, NOW)).isPresent();
    assertThat(other.stored().refusal(token, NOW)).isPresent();
  }

  @Test
  void whatIsStoredDoesNotHoldTheSecret() {
    String text = token.text();
    assertThat(token.stored().toString()).doesNotContain(text.substring(80, 100));
    assertThat(token.toString()).doesNotContain(text.substring(80, 100));
    assertThat(token.stored().secretHash()).hasSize(64);
  }

  @Test
  void saysWhatIsWrongWithAText() {
    String text = token.text();
    assertThat(reason("")).contains("expected: \"mst1.\"");
    assertThat(reason("mst2." + text.substring(5))).contains("expected: \"mst1.\"");
    assertThat(reason(text.substring(0, text.length() - 4))).contains("was cut");
    assertThat(reason(text + "AAAA")).contains("lengthened");
    assertThat(reason(text.substring(0, 20) + '$' + text.substring(21))).contains("character");
    char swapped = text.charAt(30) == 'A' ? 'B' : 'A';
    assertThat(reason(text.substring(0, 30) + swapped + text.substring(31))).contains("mistyped");
    assertThat(reason(text.substring(0, text.length() - 4))).doesNotContain(text.substring(6, 20));
  }

  private static JoinToken valid(String text) {
    assertThat(JoinToken.parse(text)).isInstanceOf(JoinToken.Parsed.Valid.class);
    return ((JoinToken.Parsed.Valid) JoinToken.parse(text)).token();
  }

  private static String reason(String text) {
    assertThat(JoinToken.parse(text)).isInstanceOf(JoinToken.Parsed.Invalid.class);
    return ((JoinToken.Parsed.Invalid) JoinToken.parse(text)).reason();
  }
}

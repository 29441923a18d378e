package io.mainstay.decisions.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.decisions.evidence.Entry.Sense;
import io.mainstay.decisions.evidence.Judgement.Rule;
import io.mainstay.decisions.evidence.Judgement.State;
import io.mainstay.decisions.evidence.Source.Kind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One row a case. What was said, oldest first: {@code SOURCE[/NAME][@WITNESS] +|-|? [WEIGHT] [rRUN]
 * [xTIMES] [tSECONDS AGO]}; without a time one second after the other.
 */
class EvidenceRuleTest {
  private static final MonotonicTime NOW = MonotonicTime.ZERO.plus(Duration.ofHours(1));
  private static final Subject INSTANCE = Subject.of(new InstanceId(new ServiceName("shop"), 1));
  private static final Subject SERVICE = Subject.of(new ServiceName("shop"));

  private final Ledger ledger = new Ledger();

  private void tell(Subject subject, String said) {
    String[] all = said.isBlank() ? new String[0] : said.split(",");
    for (int i = 0; i < all.length; i++) {
      tellOne(subject, all[i].strip().split(" +"), all.length - i);
    }
  }

  private void tellOne(Subject subject, String[] words, long secondsAgo) {
    String[] whom = words[0].split("@");
    String[] what = whom[0].split("/");
    Source source =
        new Source(
            Kind.valueOf(what[0].toUpperCase(Locale.ROOT)),
            what.length > 1 ? what[1] : "",
            whom.length > 1 ? whom[1].replace('_', ' ') : "");
    Sense sense =
        switch (words[1]) {
          case "+" -> Sense.GOOD;
          case "-" -> Sense.BAD;
          default -> Sense.UNSURE;
        };
    double weight = 1;
    long run = 0;
    int times = 1;
    long ago = secondsAgo;
    for (int i = 2; i < words.length; i++) {
      switch (words[i].charAt(0)) {
        case 'r' -> run = Long.parseLong(words[i].substring(1));
        case 'x' -> times = Integer.parseInt(words[i].substring(1));
        case 't' -> ago = Long.parseLong(words[i].substring(1));
        default -> weight = Double.parseDouble(words[i]);
      }
    }
    for (int i = 0; i < times; i++) {
      MonotonicTime time = NOW.plus(Duration.ofSeconds(-ago));
      ledger.record(Entry.of(subject, source, sense, weight, "said", time).about(run));
    }
  }

  @ParameterizedTest(name = "{0} {1}: {2} by {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          instance |                                                     | UNKNOWN   | NOTHING
          instance | check/ready +                                       | WORKS     | GREEN_CHECK
          instance | check/ready -                                       | FAILS     | RED_CHECK
          instance | check/ready - 0.5                                   | SUSPECTED | RED_CHECK
          instance | check/ready - 0.5 x2                                | FAILS     | RED_CHECK
          instance | check/ready -, check/ready + 0.5                    | FAILS     | RED_CHECK
          instance | check/ready -, check/ready + 0.5 x2                 | WORKS     | GREEN_CHECK
          instance | check/ready +, check/live -                         | FAILS     | RED_CHECK
          instance | check/ready +, push/ready -                         | FAILS     | RED_CHECK
          instance | check/ready ?                                       | UNKNOWN   | NOTHING
          instance | check/ready + r1, traffic + r1, exit - r1           | FAILS     | EXIT
          instance | exit - r1, check/ready + r1                         | FAILS     | EXIT
          instance | exit - r1, traffic + r1 x5, check/ready + r1        | FAILS     | EXIT
          instance | exit - r1, check/ready + r2                         | WORKS     | GREEN_CHECK
          instance | check/ready - r1, exit ? r1, check/live + r2        | WORKS     | GREEN_CHECK
          instance | exit ? r1, check/ready + r1                         | WORKS     | GREEN_CHECK
          instance | check/ready +, traffic -                            | FAILS     | BAD_TRAFFIC
          instance | check/ready +, traffic - 0.5                        | SUSPECTED | BAD_TRAFFIC
          instance | traffic -, check/ready +                            | FAILS     | BAD_TRAFFIC
          instance | traffic - t61, check/ready +                        | WORKS     | GREEN_CHECK
          instance | traffic - t50, traffic + x2 t20, check/ready +      | WORKS     | GREEN_CHECK
          instance | traffic +, check/live -                             | WORKS     | GOOD_TRAFFIC
          instance | traffic + t11, check/live -                         | FAILS     | RED_CHECK
          instance | traffic +, latency - 0.5, check/live -              | SUSPECTED | LATENCY
          instance | traffic +, latency -                                | SUSPECTED | LATENCY
          instance | check/ready +, node -                               | FAILS     | NODE_LOST
          instance | node -, traffic + x3                                | FAILS     | NODE_LOST
          instance | check/ready +, node - 0.5                           | SUSPECTED | NODE_SUSPECTED
          instance | node - 0.5, traffic +                               | WORKS     | GOOD_TRAFFIC
          instance | node -, node +, check/ready +                       | WORKS     | GREEN_CHECK
          instance | traffic + x9, check/ready +, transaction/buy@blame_trial - | FAILS | TRANSACTION
          instance | check/ready -, transaction/buy +                    | FAILS     | RED_CHECK
          instance | transaction/buy@blame_trial - r1, check/ready + r2  | WORKS     | GREEN_CHECK
          instance | operator -, traffic + x9, check/ready +             | HELD      | OPERATOR
          instance | exit - r1, operator -                               | HELD      | OPERATOR
          instance | exit - r1, operator +                               | WORKS     | GREEN_CHECK
          instance | operator +, exit - r1                               | FAILS     | EXIT
          instance | check/ready -, operator +                           | FAILS     | RED_CHECK
          instance | operator -, operator +, check/ready +               | WORKS     | GREEN_CHECK
          instance | operator ?, check/ready +                           | WORKS     | GREEN_CHECK
          service  | traffic + x9, transaction/buy@as_a_user - 0.5       | SUSPECTED | TRANSACTION
          service  | traffic + x9, transaction/buy@as_a_user - 0.5 x2    | FAILS     | TRANSACTION
          service  | transaction/buy@as_a_user -, transaction/buy@as_a_user + 0.5 | FAILS | TRANSACTION
          service  | transaction/buy@as_a_user +, traffic -, check/ready - | WORKS   | TRANSACTION
          service  | transaction/buy@as_a_user +, transaction/pay@as_a_user - | FAILS | TRANSACTION
          service  | transaction/buy@as_a_user +, transaction/buy@blame_trial - | WORKS | TRANSACTION
          service  | transaction/buy@as_a_user +, flow/ship -            | FAILS     | FLOW
          service  | flow/ship +, traffic - 0.5                          | SUSPECTED | BAD_TRAFFIC
          service  | check/instances -                                   | FAILS     | RED_CHECK
          """)
  void saysWhoWins(String kind, String said, State state, Rule rule) {
    Subject subject = kind.equals("service") ? SERVICE : INSTANCE;
    tell(subject, said == null ? "" : said);
    Judgement judgement = EvidenceRule.judge(subject, ledger.of(subject), NOW);
    assertThat(judgement.state()).as(judgement.toString()).isEqualTo(state);
    assertThat(judgement.rule()).isEqualTo(rule);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
                                                                              | 0
          check/ready -                                                       | 1
          check/ready -, check/live -, push/ready -                           | 1
          check/ready -, traffic -                                            | 2
          check/ready -, check/ready +, traffic -                             | 1
          traffic@n1 -, latency@n1 -                                          | 1
          traffic@n1 -, traffic@n2 -                                          | 2
          traffic@n1 -, traffic@gateways -                                    | 1
          check/ready@n1 -, check/ready@n2 -                                  | 2
          exit -, check/ready -                                               | 2
          exit - t601, check/ready -                                          | 1
          traffic - t61, check/ready -                                        | 1
          transaction/buy@as_a_user - 0.5                                     | 1
          transaction/buy@as_a_user - 0.5 x9                                  | 1
          transaction/buy@as_a_user -, transaction/pay@as_a_user -            | 1
          transaction/buy@as_a_user -, transaction/buy@blame_trial -          | 2
          transaction/buy@blame_trial - x2                                    | 2
          transaction/buy@as_a_user -, transaction/buy@after_a_trial - | 2
          transaction/buy@as_a_user -, flow/ship -                            | 2
          flow/ship -, flow/pay -                                             | 1
          """)
  void countsIndependentWitnesses(String said, int count) {
    tell(INSTANCE, said == null ? "" : said);
    Witnesses witnesses = EvidenceRule.witnesses(ledger.of(INSTANCE), NOW);
    assertThat(witnesses.independent()).hasSize(count);
    assertThat(witnesses.areEnough()).isEqualTo(count >= Witnesses.ENOUGH);
  }

  @Test
  void showsWhatDoesNotCount() {
    tell(INSTANCE, "check/live -, traffic +");
    Judgement judgement = EvidenceRule.judge(INSTANCE, ledger.of(INSTANCE), NOW);
    assertThat(judgement.by()).extracting(one -> one.source().kind()).containsExactly(Kind.TRAFFIC);
    assertThat(judgement.overruled())
        .extracting(one -> one.source().describe())
        .containsExactly("check live");
  }

  @Test
  void doesNotBelieveAtOnceWhatFlapsAndLaterEachTime() {
    Flapping flapping = Flapping.from(MonotonicTime.ZERO);
    MonotonicTime now = MonotonicTime.ZERO;
    long[] owed = new long[4];
    for (int episode = 0; episode < owed.length; episode++) {
      for (int second = 0; second < 400; second++) {
        now = now.plus(Duration.ofSeconds(1));
        flapping = flapping.with(second % 20 < 9, now);
      }
      assertThat(flapping.flaps()).isTrue();
      flapping = flapping.with(true, now);
      owed[episode] = flapping.owed(now).toSeconds();
      // Until it does not flap any more, but not until the past is forgotten.
      while (flapping.flaps()) {
        now = now.plus(Duration.ofSeconds(1));
        flapping = flapping.with(false, now);
      }
      assertThat(flapping.owed(now)).isZero();
    }
    assertThat(owed).containsExactly(30, 60, 120, 240);
  }

  @Test
  void believesWhatFailsOnceAndWorksAgain() {
    Flapping flapping = Flapping.from(MonotonicTime.ZERO);
    MonotonicTime now = MonotonicTime.ZERO;
    for (int second = 0; second < 10_000; second++) {
      now = now.plus(Duration.ofSeconds(1));
      flapping = flapping.with(second % 600 < 30, now);
      assertThat(flapping.flaps()).isFalse();
    }
  }

  @Test
  void suspectsWhatFlapsWhileItWorks() {
    Flapping flapping = Flapping.from(MonotonicTime.ZERO);
    MonotonicTime now = MonotonicTime.ZERO;
    for (int second = 0; second < 400; second++) {
      now = now.plus(Duration.ofSeconds(1));
      flapping = flapping.with(second % 20 < 9, now);
    }
    flapping = flapping.with(true, now).with(false, now);
    Entry good = Entry.of(INSTANCE, Source.of(Kind.CHECK, "ready"), Sense.GOOD, 1, "ready", now);
    assertThat(EvidenceRule.judge(INSTANCE, List.of(good), flapping, now).rule())
        .isEqualTo(Rule.FLAPPING);
    assertThat(
            EvidenceRule.judge(INSTANCE, List.of(good), flapping, now.plus(Flapping.BELIEVED))
                .state())
        .isEqualTo(State.WORKS);
  }

  @Test
  void isWrittenDown() throws IOException {
    String page = Files.readString(Path.of("../docs/evidence.md"));
    for (Rule rule : Rule.values()) {
      if (rule != Rule.NOTHING) {
        assertThat(page).contains(rule.words());
      }
    }
  }
}

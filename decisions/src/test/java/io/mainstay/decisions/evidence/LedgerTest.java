package io.mainstay.decisions.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.decisions.evidence.Entry.Sense;
import io.mainstay.decisions.evidence.Source.Kind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final Subject SHOP_1 = Subject.of(new InstanceId(new ServiceName("shop"), 1));
  private static final Source READY = Source.of(Kind.CHECK, "ready");

  private final Ledger ledger = new Ledger();

  private static MonotonicTime at(long seconds) {
    return MonotonicTime.ZERO.plus(Duration.ofSeconds(seconds));
  }

  private void said(Source source, Sense sense, String reason, long second) {
    ledger.record(Entry.of(SHOP_1, source, sense, 1, reason, at(second)));
  }

  @Test
  void foldsWhatIsSaidAgainAndCountsIt() {
    for (int second = 10; second < 20; second++) {
      said(READY, Sense.BAD, "status " + second, second);
    }
    assertThat(ledger.of(SHOP_1))
        .singleElement()
        .satisfies(entry -> {
          assertThat(entry.count()).isEqualTo(10);
          assertThat(entry.first()).isEqualTo(at(10));
          assertThat(entry.last()).isEqualTo(at(19));
          assertThat(entry.reason()).isEqualTo("status 19");
        });
  }

  @Test
  void keepsTheOneExitHoweverMuchACheckTalks() {
    said(Source.of(Kind.EXIT), Sense.BAD, "exit code 3", 0);
    for (int second = 1; second < 1_000; second++) {
      said(READY, second % 2 == 0 ? Sense.GOOD : Sense.BAD, "by turns", second);
    }
    assertThat(ledger.of(SHOP_1)).hasSize(Ledger.ENTRIES);
    assertThat(ledger.of(SHOP_1).getLast().source().kind()).isEqualTo(Kind.EXIT);
  }

  @Test
  void tellsExitsApartByWhatTheyWere() {
    said(Source.of(Kind.EXIT), Sense.BAD, "exit code 3", 0);
    said(Source.of(Kind.EXIT), Sense.BAD, "exit code 3", 1);
    said(Source.of(Kind.EXIT), Sense.BAD, "killed by SIGKILL (out of memory)", 2);
    assertThat(ledger.of(SHOP_1)).extracting(Entry::count).containsExactly(1L, 2L);
  }

  @Test
  void putsWhatIsHeardLateWhereItBelongs() {
    said(READY, Sense.GOOD, "ready", 20);
    said(Source.of(Kind.EXIT), Sense.BAD, "before this leader began", 10);
    assertThat(ledger.of(SHOP_1)).extracting(Entry::last).containsExactly(at(20), at(10));
  }

  @Test
  void staysBoundedWhateverIsSaid() {
    Ledger small = new Ledger(50);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 20_000; i++) {
      Subject subject = Subject.of(new InstanceId(new ServiceName("shop"), 1 + random.nextInt(80)));
      Source source =
          new Source(
              Kind.values()[random.nextInt(Kind.values().length)],
              "name" + random.nextInt(5),
              "node" + random.nextInt(3));
      Sense sense = Sense.values()[random.nextInt(3)];
      small.record(Entry.of(subject, source, sense, 0.5, "x".repeat(500), at(i)));
    }
    assertThat(small.subjects()).isEqualTo(50);
    assertThat(small.known())
        .allSatisfy(subject -> {
          assertThat(small.of(subject)).hasSizeLessThanOrEqualTo(Ledger.ENTRIES);
          assertThat(small.of(subject))
              .allSatisfy(
                  entry -> assertThat(entry.reason()).hasSizeLessThanOrEqualTo(Entry.REASON_MOST));
        });
  }

  @Test
  void forgetsThoseThatWereSilentForTheLongestTime() {
    Ledger small = new Ledger(2);
    for (int k : new int[] {1, 2, 1, 3}) {
      Subject subject = Subject.of(new InstanceId(new ServiceName("shop"), k));
      small.record(Entry.of(subject, READY, Sense.GOOD, 1, "ready", at(k)));
    }
    assertThat(small.known()).extracting(Subject::name).containsExactly("shop-1", "shop-3");
  }
}

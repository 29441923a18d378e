package io.mainstay.decisions.outliers;

import static io.mainstay.decisions.outliers.NodeDoubt.Step.ASK;
import static io.mainstay.decisions.outliers.NodeDoubt.Step.HEARD;
import static io.mainstay.decisions.outliers.NodeDoubt.Step.NOTHING;
import static io.mainstay.decisions.outliers.NodeDoubt.Step.SILENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.decisions.outliers.NodeDoubt.Step;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NodeDoubtTest {
  private static final long MS = 1_000_000;
  private static final long START = -3_000_000 * MS;

  private final NodeDoubt doubt = new NodeDoubt();

  private Step quietAt(long millis) {
    return doubt.look(true, START, false, 0, START + millis * MS);
  }

  private Step heardAt(long heard, long millis) {
    return doubt.look(true, START + heard * MS, true, START + heard * MS, START + millis * MS);
  }

  @Test
  void asksTwiceBeforeItCallsANodeSilentWithinHalfASecond() {
    assertThat(quietAt(200)).isEqualTo(NOTHING);
    assertThat(quietAt(250)).isEqualTo(ASK);
    assertThat(quietAt(300)).isEqualTo(NOTHING);
    assertThat(quietAt(350)).isEqualTo(ASK);
    assertThat(quietAt(400)).isEqualTo(NOTHING);
    assertThat(quietAt(450)).isEqualTo(NOTHING);
    assertThat(doubt.isSilent()).isFalse();
    assertThat(quietAt(500)).isEqualTo(SILENT);
    assertThat(doubt.isSilent()).isTrue();
  }

  @Test
  void aNodeThatAnswersIsNotAskedAgainForASecond() {
    quietAt(250);
    assertThat(doubt.answered()).isEqualTo(NOTHING);
    assertThat(quietAt(1200)).isEqualTo(NOTHING);
    assertThat(quietAt(1250)).isEqualTo(ASK);
  }

  @Test
  void aByteSettlesItTooAndOneFromBeforeDoesNot() {
    quietAt(250);
    assertThat(heardAt(240, 300)).isEqualTo(NOTHING);
    assertThat(doubt.isOpen()).isTrue();
    assertThat(heardAt(310, 350)).isEqualTo(NOTHING);
    assertThat(doubt.isOpen()).isFalse();
  }

  @Test
  void aNodeWithNothingInFlightIsNotAsked() {
    assertThat(doubt.look(false, 0, false, 0, START + 10_000 * MS)).isEqualTo(NOTHING);
  }

  @Test
  void aSilentNodeIsAskedEverySecondAndHeardByItsFirstAnswer() {
    quietAt(250);
    quietAt(350);
    quietAt(450);
    assertThat(quietAt(500)).isEqualTo(SILENT);
    assertThat(quietAt(1200)).isEqualTo(NOTHING);
    assertThat(quietAt(1250)).isEqualTo(ASK);
    assertThat(quietAt(1300)).isEqualTo(NOTHING);
    assertThat(doubt.answered()).isEqualTo(HEARD);
    assertThat(doubt.answered()).isEqualTo(NOTHING);
  }

  @Test
  void aPauseOfTheGatewayItselfIsNoVerdict() {
    quietAt(250);
    assertThat(quietAt(5000)).as("it never asked twice").isEqualTo(ASK);
    assertThat(quietAt(5050)).as("and what came meanwhile must be read first").isEqualTo(NOTHING);
    assertThat(quietAt(5100)).isEqualTo(SILENT);
  }

  @Test
  void neverSilentWhileAnyAnswerComesInTime() {
    for (long seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      NodeDoubt node = new NodeDoubt();
      long now = START;
      long heard = now;
      long answerAt = Long.MAX_VALUE;
      for (int i = 0; i < 400; i++) {
        now += 50 * MS;
        if (random.nextInt(8) == 0) {
          heard = now - random.nextInt(40) * MS;
        }
        if (now >= answerAt) {
          node.answered();
          answerAt = Long.MAX_VALUE;
        }
        Step step = node.look(true, heard, true, heard, now);
        if (step == ASK && answerAt == Long.MAX_VALUE) {
          answerAt = now + random.nextInt(190) * MS;
        }
        assertThat(step).as("seed %d", seed).isNotEqualTo(SILENT);
      }
    }
  }
}

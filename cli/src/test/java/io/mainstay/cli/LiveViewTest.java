package io.mainstay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.Verdict;
import io.mainstay.model.state.Status;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LiveViewTest {
  private static Status.ServiceStatus service(
      String name,
      int serving,
      int standby,
      int failing,
      Verdict verdict,
      String reason,
      double rate) {
    return new Status.ServiceStatus(
        new ServiceName(name),
        3,
        3,
        3,
        serving,
        0,
        standby,
        failing,
        1,
        verdict,
        Optional.empty(),
        Optional.empty(),
        false,
        reason,
        rate,
        0,
        0,
        List.of(),
        List.of(),
        List.of());
  }

  private static Status status(Status.ServiceStatus... services) {
    return new Status(new NodeName("n1"), Optional.empty(), "0.1.0", List.of(services));
  }

  private static LiveView view(boolean terminal, boolean colour, int width) {
    return new LiveView(new Screen(System.out, System.err, terminal, colour, width));
  }

  @Test
  void printsALineWhenItChanges() {
    LiveView view = view(false, false, 100);
    Status.ServiceStatus front = service("front", 3, 1, 0, Verdict.HEALTHY, "", 10);
    assertThat(view.next(status(front, service("db", 2, 0, 1, Verdict.DEGRADED, "db-1 exited", 0))))
        .isEqualTo(
            """
            front  healthy   3/3 serving, 1 standby
            db     degraded  2/3 serving, 1 failing  db-1 exited
            """);
    assertThat(
            view.next(
                status(
                    service("front", 3, 1, 0, Verdict.HEALTHY, "", 99),
                    service("db", 2, 0, 1, Verdict.DEGRADED, "db-1 exited", 5))))
        .isEmpty();
    assertThat(view.next(status(front))).isEqualTo("db  removed\n");
  }

  @Test
  void drawsOverItsLinesOnATerminal() {
    LiveView view = view(true, false, 60);
    Status status =
        status(service("shop", 3, 1, 0, Verdict.HEALTHY, "a reason that is too long for it", 12.5));
    assertThat(view.next(status))
        .isEqualTo("shop  healthy   3/3 serving, 1 standby, 12.5 req/s  a reas…\n");
    assertThat(view.next(status))
        .isEqualTo(
            "\u001b[1A\r\u001b[Jshop  healthy   3/3 serving, 1 standby, 12.5 req/s  a reas…\n");
    assertThat(view.message("stopping")).isEqualTo("\u001b[1A\r\u001b[Jstopping\n");
    assertThat(view.next(status)).startsWith("shop");
  }

  @Test
  void tellsWhoStillRunsWhileTheServerEnds() {
    List<InstanceId> both =
        List.of(new InstanceId(new ServiceName("a"), 1), new InstanceId(new ServiceName("b"), 2));
    LiveView lines = view(false, false, 100);
    assertThat(lines.ending(List.of())).isEmpty();
    assertThat(lines.ending(both)).isEqualTo("still running: a-1, b-2\n");
    assertThat(lines.ending(both)).isEmpty();
    assertThat(lines.ending(List.of())).isEmpty();
    LiveView drawn = view(true, false, 100);
    assertThat(drawn.ending(both)).isEqualTo("still running: a-1, b-2\n");
    assertThat(drawn.ending(both.subList(1, 2)))
        .isEqualTo("\u001b[1A\r\u001b[Jstill running: b-2\n");
    assertThat(drawn.message("ended")).isEqualTo("\u001b[1A\r\u001b[Jended\n");
  }

  @Test
  void coloursTheVerdictOnly() {
    assertThat(view(true, true, 100).next(status(service("shop", 0, 0, 0, Verdict.DOWN, "", 0))))
        .isEqualTo("shop  \u001b[31mdown\u001b[0m      0/3 serving, 0 req/s\n");
  }
}

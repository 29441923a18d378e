package io.mainstay.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Event;
import io.mainstay.model.EventKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private final Running running = new Running();

  @AfterEach
  void close() {
    running.close();
  }

  @Test
  void speaksPrometheusText() {
    running.inside.events.append(FakeInside.event(EventKind.SCALED, "3 to 4"));
    Running.Answer answer = running.get("/metrics");
    assertThat(answer.headers().get("content-type")).startsWith("text/plain; version=0.0.4");
    assertThat(answer.body())
        .contains(
            "# HELP mainstay_service_serving_instances Instances in the traffic now.\n",
            "# TYPE mainstay_service_serving_instances gauge\n",
            "mainstay_service_serving_instances{service=\"shop\"} 1.0\n",
            "mainstay_service_instances{service=\"shop\",state=\"backing-off\"} 1.0\n",
            "mainstay_service_verdict{service=\"shop\",verdict=\"degraded\"} 1.0\n",
            "# TYPE mainstay_instance_restarts_total counter\n",
            "mainstay_instance_restarts_total{instance=\"shop-2\",service=\"shop\"} 6.0\n",
            "mainstay_instance_latency_seconds{instance=\"shop-1\",service=\"shop\"} 0.003\n",
            "mainstay_events_total{kind=\"scaled\"} 1.0\n",
            "mainstay_coordination_connected 1.0\n",
            "mainstay_build_info{node=\"n1\",version=\"0.1.0\"} 1\n",
            "mainstay_process_resident_memory_bytes ");
  }

  @Test
  void tellsHowTransactionsStand() {
    assertThat(running.get("/metrics").body())
        .contains(
            "mainstay_transaction_health{health=\"failing\",service=\"shop\",transaction=\"buy\"}"
                + " 1.0\n",
            "mainstay_transaction_leftovers{service=\"shop\",transaction=\"buy\"} 1.0",
            "mainstay_drill_last_recovery_seconds{drill=\"kill-one\",service=\"shop\"} 0.7",
            "mainstay_drill_kept{drill=\"kill-one\",result=\"passed\",service=\"shop\"} 1.0",
            "mainstay_transaction_runs_total{outcome=\"failed\",service=\"shop\",transaction=\"buy\"}"
                + " 1.0\n",
            "mainstay_transaction_duration_seconds{service=\"shop\",transaction=\"buy\"} 0.042\n",
            "mainstay_transaction_step_seconds{number=\"2\",service=\"shop\",step=\"POST"
                + " /pay\",transaction=\"buy\"} 0.03\n");
  }

  @Test
  void tellsWhatWentThroughTheGateway() {
    running.inside.events.append(FakeInside.event(EventKind.OUTLIER_EJECTED, "5 failures"));
    assertThat(running.get("/metrics").body())
        .contains(
            "mainstay_service_requests_total{service=\"shop\"} 20.0\n",
            "mainstay_service_queued_total{service=\"shop\"} 4.0\n",
            "mainstay_service_refused_total{service=\"shop\"} 3.0\n",
            "mainstay_service_retries_total{service=\"shop\"} 2.0\n",
            "mainstay_service_gateway_answers_total{service=\"shop\"} 1.0\n",
            "mainstay_service_responses_total{class=\"2xx\",service=\"shop\"} 10.0\n",
            "mainstay_service_responses_total{class=\"5xx\",service=\"shop\"} 3.0\n",
            "mainstay_service_ejections_total{service=\"shop\"} 1.0\n",
            "# TYPE mainstay_service_response_seconds histogram\n",
            "mainstay_service_response_seconds_bucket{service=\"shop\",le=\"0.001\"} 6\n",
            "mainstay_service_response_seconds_bucket{service=\"shop\",le=\"0.005\"} 10\n",
            "mainstay_service_response_seconds_bucket{service=\"shop\",le=\"+Inf\"} 12\n",
            "mainstay_service_response_seconds_count{service=\"shop\"} 12\n",
            "mainstay_service_response_seconds_sum{service=\"shop\"} 5.0\n",
            "mainstay_instance_failures_total{instance=\"shop-1\",service=\"shop\"} 5.0\n");
  }

  @Test
  void countsOnlyExitsThatNobodyOrdered() {
    running.inside.events.append(FakeInside.event(EventKind.INSTANCE_EXITED, "exited: code 1"));
    Event ordered = FakeInside.event(EventKind.INSTANCE_EXITED, "ended as asked: code 0");
    LinkedHashMap<String, String> evidence = new LinkedHashMap<>(ordered.evidence());
    evidence.put("ordered", "true");
    running.inside.events.append(
        new Event(
            "",
            ordered.time(),
            ordered.node(),
            ordered.kind(),
            ordered.service(),
            ordered.instance(),
            ordered.actor(),
            ordered.cause(),
            ordered.reason(),
            evidence));
    assertThat(running.get("/metrics").body())
        .contains("mainstay_service_exits_total{service=\"shop\"} 1.0\n");
  }

  @Test
  void speaksOpenMetricsToThoseWhoAccept() {
    Running.Answer answer =
        running.call(
            "GET", "/metrics", List.of("Accept: application/openmetrics-text; version=1.0.0"), "");
    assertThat(answer.headers().get("content-type")).startsWith("application/openmetrics-text");
    assertThat(answer.body()).endsWith("# EOF\n").contains("# TYPE mainstay_events counter\n");
  }

  @Test
  void namesAndExplainsEveryMetric() {
    List<String> lines = running.get("/metrics").body().lines().toList();
    TreeSet<String> helped = new TreeSet<>();
    TreeSet<String> typed = new TreeSet<>();
    for (String line : lines) {
      String[] words = line.split(" ");
      if (line.startsWith("# HELP ")) {
        assertThat(helped.add(words[2])).as(line).isTrue();
      } else if (line.startsWith("# TYPE ")) {
        assertThat(typed.add(words[2])).as(line).isTrue();
      } else {
        assertThat(line).startsWith("mainstay_");
        assertThat(typed)
            .contains(line.split("[{ ]")[0].replaceAll("_seconds_(bucket|sum|count)$", "_seconds"));
      }
    }
    assertThat(helped).isEqualTo(typed);
  }
}

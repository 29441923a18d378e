package io.mainstay.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.EventKind;
import io.mainstay.model.Verdict;
import io.mainstay.model.state.InstanceState;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The OpenAPI document says what the server really does. */
class DescriptionTest {
  private final Running running = new Running();
  private final Map<?, ?> document = running.get("/api/v1/openapi.json").json();

  @AfterEach
  void close() {
    running.close();
  }

  private static Map<?, ?> map(Object tree, String... path) {
    Object value = tree;
    for (String name : path) {
      value = ((Map<?, ?>) value).get(name);
    }
    return (Map<?, ?>) value;
  }

  private Map<?, ?> schema(String name) {
    return map(document, "components", "schemas", name);
  }

  @Test
  void describesEveryRouteAndNoOther() {
    TreeSet<String> described = new TreeSet<>();
    map(document, "paths")
        .forEach((path, methods) ->
            ((Map<?, ?>) methods)
                .keySet()
                .forEach(method ->
                    described.add(method.toString().toUpperCase(Locale.ROOT) + " " + path)));
    TreeSet<String> real = new TreeSet<>();
    running.server.routes().forEach(route -> real.add(route.method() + " " + route.pattern()));
    assertThat(described).isEqualTo(real);
  }

  @Test
  void saysWhatNeedsTheToken() {
    for (Route route : running.server.routes()) {
      Map<?, ?> operation =
          map(document, "paths", route.pattern(), route.method().toLowerCase(Locale.ROOT));
      boolean free = List.of().equals(operation.get("security"));
      boolean act = route.access() == Route.Access.ACT || route.access() == Route.Access.SPEC;
      assertThat(free).as(route.pattern()).isEqualTo(!act);
    }
  }

  @Test
  void knowsTheFieldsOfEveryBody() {
    for (Route route : running.server.routes()) {
      if (route.access() != Route.Access.ACT) {
        continue;
      }
      Map<?, ?> content =
          map(
              document,
              "paths",
              route.pattern(),
              "post",
              "requestBody",
              "content",
              "application/json",
              "schema");
      String name = content.get("$ref").toString().substring("#/components/schemas/".length());
      String path = Running.example(route);
      String detail = running.post(path, "{\"unheard-of\":1}").detail();
      String fields = detail.substring(detail.indexOf("[") + 1, detail.indexOf("]"));
      assertThat(new TreeSet<>(List.of(fields.split(", "))))
          .as(path)
          .isEqualTo(new TreeSet<>(map(schema(name), "properties").keySet()));
    }
  }

  @Test
  void knowsTheFieldsOfEveryAnswer() {
    running.inside.events.append(FakeInside.event(EventKind.SCALED, "3 to 4"));
    Map<?, ?> status = running.get("/api/v1/status").json();
    same("Server", running.get("/api/v1/server").json());
    same("Status", status);
    Map<?, ?> service = (Map<?, ?>) ((List<?>) status.get("services")).getFirst();
    same("Service", service);
    Map<?, ?> instance = (Map<?, ?>) ((List<?>) service.get("instances")).getLast();
    same("Instance", instance);
    same("Exit", map(instance, "lastExit"));
    Map<?, ?> events = running.get("/api/v1/events").json();
    same("Events", events);
    same("Event", (Map<?, ?>) ((List<?>) events.get("events")).getFirst());
    same("Explanation", running.get("/api/v1/explain/shop").json());
    same("Log", running.get("/api/v1/logs/shop-1").json());
    Map<?, ?> drill = running.get("/api/v1/operations/drill-2").json();
    same("Operation", drill);
    same("DrillReport", map(drill, "report"));
    Map<?, ?> drills = running.get("/api/v1/drills").json();
    same("Drills", drills);
    same("DrillRecord", (Map<?, ?>) ((List<?>) drills.get("drills")).getFirst());
    same("Pushed", running.post("/api/v1/instances/shop-1/push", "{}").json());
  }

  private void same(String schema, Map<?, ?> answer) {
    assertThat(answer.keySet().stream().map(Object::toString).toList())
        .as(schema)
        .containsExactlyElementsOf(
            map(schema(schema), "properties").keySet().stream().map(Object::toString).toList());
  }

  @Test
  void knowsEveryLabel() {
    assertThat(labels("Event", "kind"))
        .isEqualTo(Arrays.stream(EventKind.values()).map(EventKind::label).toList());
    assertThat(labels("Service", "verdict"))
        .isEqualTo(Arrays.stream(Verdict.values()).map(Verdict::label).toList());
    assertThat(labels("Instance", "state"))
        .isEqualTo(Arrays.stream(InstanceState.values()).map(InstanceState::label).toList());
  }

  private List<?> labels(String schema, String field) {
    return (List<?>) map(schema(schema), "properties", field).get("enum");
  }
}

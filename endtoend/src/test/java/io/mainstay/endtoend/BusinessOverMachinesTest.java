package io.mainstay.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A shop and the payments that it asks, an instance of each on each of three machines. The shop
 * asks by the gateway of its own machine, which prefers what is near: whoever asks the shop of one
 * machine only meets the payments of the same one.
 */
@Tag("integration")
class BusinessOverMachinesTest extends OnThreeMachines {
  private static final Duration BOUND = Duration.ofSeconds(90);

  private static final String TRANSACTION =
      """
          transactions:
            buy:
              every: 1s
              within: 2s
              fall: 2
              steps:
                - http: POST /buy
                  expect: {status: 200, json: {$.state: paid}}
      """;

  private static final String FLOW =
      """
          flows:
            orders-paid:
              when: {requests: POST /buy, status: 200-299, key: "header X-Order-Id"}
              then: {service: payments, requests: POST /buy, key: "header X-Order-Id"}
              within: 1s
              at-least: 90%
              min-samples: 10
      """;

  BusinessOverMachinesTest() {
    super(94, BOUND);
  }

  private Path business(int replicas, String watched) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String run =
        "%s -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx32m -cp %s io.mainstay.endtoend.SampleService"
            .formatted(java, Hosts.ROOT.resolve("endtoend/target/test-classes"));
    Path file = folder.resolve("mainstay.yaml");
    Files.writeString(
        file,
        """
        services:
          payments:
            run: %s
            listen: "0.0.0.0:8081"
            health: /healthz
            replicas: %d
          shop:
            run: %s --ask http://127.0.0.1:8081/buy
            listen: "0.0.0.0:8080"
            health: /healthz
            replicas: %d
            depends-on: [payments]
        """
                .formatted(run, replicas, run, replicas)
            + watched);
    return file;
  }

  private JsonNode service(String name) {
    JsonNode status = hosts.api(1, "/status");
    if (status != null && status.has("services")) {
      for (JsonNode one : status.get("services")) {
        if (one.get("name").asString().equals(name)) {
          return one;
        }
      }
    }
    return JsonNodeFactory.instance.objectNode();
  }

  /** Instances of a service that serve, by the machine that they are on. */
  private TreeMap<String, JsonNode> serving(String service) {
    TreeMap<String, JsonNode> instances = new TreeMap<>();
    for (JsonNode one : service(service).path("instances")) {
      if (one.get("state").asString().equals("serving")) {
        instances.put(one.get("node").asString(), one);
      }
    }
    return instances;
  }

  private String health() {
    return service("shop").path("transactions").path(0).path("health").asString("");
  }

  private void lose(JsonNode instance) {
    Hosts.ran(
        new ProcessBuilder(
            "ip",
            "netns",
            "exec",
            hosts.name(1),
            "curl",
            "-s",
            "-m",
            "5",
            "-X",
            "POST",
            "http://" + instance.get("address").asString() + "/break/lost"));
  }

  private List<String> blamed() {
    List<String> told = new ArrayList<>();
    JsonNode events = hosts.api(1, "/events?limit=1000");
    if (events != null) {
      for (JsonNode event : events.get("events")) {
        if (event.get("kind").asString().equals("blamed")) {
          told.add(event.get("instance").asString() + " " + event.get("reason").asString());
        }
      }
    }
    return told;
  }

  private void three(String watched) throws IOException {
    hosts.up(1, business(1, watched));
    awaitServing(1, 1);
    String token = hosts.token(1);
    hosts.join(2, 1, token);
    hosts.join(3, 1, token);
    awaitAllReady();
    hosts.mainstay(1, "apply", business(3, watched).toString());
    await("a shop on each machine", () -> serving("shop").size() == 3);
    await("payments on each machine", () -> serving("payments").size() == 3);
  }

  @Test
  void theOneBehindIsBlamedAndNotWhoAskedItOnTheSameMachine() throws Exception {
    three(TRANSACTION);
    await("the business to work", () -> health().equals("passing"));
    lose(serving("payments").get("h2"));
    await("somebody to be blamed", () -> !blamed().isEmpty());
    assertThat(blamed()).singleElement().asString().startsWith("payments-");
    await("it to be isolated", () -> serving("payments").size() == 2);
    assertThat(serving("payments").keySet()).containsExactly("h1", "h3");
    await("the business to work again", () -> health().equals("passing"));
    assertThat(serving("shop")).hasSize(3);
  }

  @Test
  void ordersThatAreLostOnAnotherMachineAreToldByTheOneThatDecides() throws Exception {
    three(FLOW);
    int[] orders = {0};
    await(
        "orders through h2 to be paid",
        () -> {
          order("paid-" + ++orders[0]);
          return flow().path("health").asString("").equals("passing");
        });
    lose(serving("shop").get("h2"));
    await(
        "lost orders to be told",
        () -> {
          order("lost-" + ++orders[0]);
          return flow().path("health").asString("").equals("failing");
        });
    assertThat(flow().get("lost").toString()).contains("\"lost-").doesNotContain("\"paid-");
  }

  private JsonNode flow() {
    return service("shop").path("flows").path(0);
  }

  /** By a client on h2, through the gateway there, which prefers the shop on h2. */
  private void order(String id) {
    Hosts.ran(
        new ProcessBuilder(
            "ip",
            "netns",
            "exec",
            hosts.name(2),
            "curl",
            "-s",
            "-m",
            "5",
            "-X",
            "POST",
            "-H",
            "X-Order-Id: " + id,
            "http://" + hosts.address(2) + ":8080/buy"));
  }
}

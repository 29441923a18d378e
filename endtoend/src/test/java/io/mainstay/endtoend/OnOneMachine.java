package io.mainstay.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Tests of the packaged program, which is ended after each of them. */
abstract class OnOneMachine {
  @TempDir Path folder;
  Program program;

  /** A free one, for a listener. */
  final int port = Program.freePort();

  @BeforeEach
  void make() {
    program = new Program(folder);
  }

  @AfterEach
  void end() throws Exception {
    program.close();
  }

  /** Where each instance of a service listens. */
  Map<String, Integer> ports(String service) {
    Map<String, Integer> ports = new TreeMap<>();
    for (JsonNode instance : program.service(service).get("instances")) {
      String address = instance.get("address").asString();
      ports.put(
          instance.get("id").asString(),
          Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
    }
    return ports;
  }

  /** Breaks or heals a {@link SampleService}. */
  static void make(int instancePort, String how) {
    assertThat(Http.post(instancePort, "/break/" + how).statusCode()).isEqualTo(200);
  }

  /** The state of an instance, or {@code gone}. */
  String state(String service, String instance) {
    for (JsonNode one : program.service(service).get("instances")) {
      if (one.get("id").asString().equals(instance)) {
        return one.get("state").asString();
      }
    }
    return "gone";
  }

  /** The events of one kind, each as its instance and its reason. */
  List<String> told(String kind) {
    return program.events(kind).stream()
        .map(event -> event.path("instance").asString("") + " " + event.get("reason").asString())
        .toList();
  }
}

package io.mainstay.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstay.model.Actor;
import io.mainstay.model.Event;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Assignments;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.Desired;
import io.mainstay.model.state.DrillReport;
import io.mainstay.model.state.Explanation;
import io.mainstay.model.state.InstanceRecord;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.model.state.Observed;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.Plan;
import io.mainstay.model.state.Status;
import io.mainstay.ports.SpecReader.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonModelCodecTest {
  private final JsonModelCodec codec = new JsonModelCodec();

  @ParameterizedTest
  @ValueSource(
      classes = {
        Desired.class,
        Assignments.class,
        Observed.class,
        Overrides.class,
        InstanceRecord.class,
        NodeRecord.class,
        Event.class,
        Status.class,
        Plan.class,
        Explanation.class,
        DrillReport.class,
        Command.class,
        CommandResult.class
      })
  void bringsBackEveryValue(Class<?> type) {
    for (long seed = 0; seed < 60; seed++) {
      Object value = new RandomValues(seed).make(type);
      byte[] bytes = codec.write(value);
      assertThat((Object) codec.read(bytes, type)).as("%s, seed %d", type, seed).isEqualTo(value);
      assertThat(bytes).as("seed %d", seed).isEqualTo(codec.write(codec.read(bytes, type)));
    }
  }

  @Test
  void bringsBackTheReferenceFile() throws IOException {
    Outcome outcome = new YamlSpecReader().read(ReferenceTest.withoutLater(), "f", Path.of("/srv"));
    Deployment deployment = ((Outcome.Valid) outcome).deployment();
    byte[] bytes = codec.write(deployment);
    assertThat(codec.read(bytes, Deployment.class)).isEqualTo(deployment);
    assertThat(new String(bytes, StandardCharsets.UTF_8))
        .contains(
            "\"name\":\"shop\",\"workload\":{\"kind\":\"run\",\"command\":[\"java\",\"Shop.java\"",
            "\"environment\":{\"MODE\":{\"kind\":\"text\",\"text\":\"prod\"},"
                + "\"DB_PASSWORD\":{\"kind\":\"from-file\",\"path\":\"/srv/secrets/db\"}}",
            "\"port\":{\"kind\":\"auto\"}",
            "\"bind\":\"0.0.0.0:8443\"",
            "\"connect\":\"PT1S\"");
  }

  @Test
  void keepsTheOrderOfMaps() {
    Event event = new RandomValues(1).make(Event.class);
    Event read = codec.read(codec.write(event), Event.class);
    assertThat(new ArrayList<>(read.evidence().keySet()))
        .isEqualTo(new ArrayList<>(event.evidence().keySet()));
  }

  @Test
  void ignoresUnknownFieldsAndTakesMissingOptionsForEmpty() {
    Observed observed =
        codec.read(
            bytes("{\"node\":\"n1\",\"assignmentsVersion\":3,\"instances\":[],\"new\":{\"a\":1}}"),
            Observed.class);
    assertThat(observed.assignmentsVersion()).isEqualTo(3);
    Event event =
        codec.read(
            bytes(
                "{\"cursor\":\"1\",\"time\":\"2026-01-01T00:00:00Z\",\"node\":\"n1\",\"kind\":"
                    + "\"SCALED\",\"actor\":\"system\",\"reason\":\"x\",\"evidence\":{}}"),
            Event.class);
    assertThat(event.service()).isEmpty();
    assertThat(event.cause()).isEmpty();
  }

  @Test
  void readsWhatWasWrittenBeforeThereWereSeveralNodes() throws IOException {
    Outcome outcome = new YamlSpecReader().read("services: {shop: {run: x}}", "f", Path.of("/srv"));
    Deployment deployment = ((Outcome.Valid) outcome).deployment();
    String now = new String(codec.write(deployment), StandardCharsets.UTF_8);
    String before =
        now.replaceFirst(",\"place\":\\{.*?\"disconnect\":\\{[^}]*},\"business\":\\{.*?}}", "")
            .replaceFirst(",\"pools\":\\[]", "")
            .replaceFirst(",\"group\":\"[^\"]*\"", "");
    assertThat(before).doesNotContain("place", "disconnect", "business", "pools", "group");
    assertThat(codec.read(bytes(before), Deployment.class)).isEqualTo(deployment);
    assertThat(
            codec.read(
                bytes("{\"scales\":[],\"pauses\":[],\"holds\":[],\"restarts\":[]}"),
                Overrides.class))
        .isEqualTo(Overrides.NONE);
    assertThat(
            codec.read(
                bytes(
                    "{\"instance\":\"shop-1\",\"minGeneration\":2,\"force\":false,"
                        + "\"reason\":\"\",\"actor\":\"operator:anna\"}"),
                Overrides.Restart.class))
        .isEqualTo(
            new Overrides.Restart(
                new InstanceId(new ServiceName("shop"), 1), 2, false, "", Actor.operator("anna")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"node\":\"\",\"assignmentsVersion\":1,\"instances\":[]}",
        "{\"node\":\"n1\",\"assignmentsVersion\":1}",
        "{\"node\":\"n1\",\"assignmentsVersion\":1,\"instances\":[null]}",
        "{\"node\":",
        "{\"node\":\"n1\",\"assignmentsVersion\":1,\"instances\":[]} x",
        "nonsense"
      })
  void refusesWhatIsNoSuchValue(String text) {
    assertThatThrownBy(() -> codec.read(bytes(text), Observed.class))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

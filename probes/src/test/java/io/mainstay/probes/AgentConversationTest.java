package io.mainstay.probes;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Address;
import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.ports.Prober.Outcome;
import io.mainstay.ports.Prober.Result;
import io.mainstay.probes.Conversation.Answer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentConversationTest {
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Probe.Agent AGENT = new Probe.Agent(1, Optional.empty());

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "up, PASS",
    "ready, PASS",
    "UP ready 100%, PASS",
    "'up,100%', PASS",
    "50%, PASS",
    "up 1%, PASS",
    "0%, UNKNOWN",
    "drain, UNKNOWN",
    "maint, UNKNOWN",
    "up maint, UNKNOWN",
    "down, FAIL",
    "fail, FAIL",
    "failed, FAIL",
    "stopped, FAIL",
    "drain down 50%, FAIL",
    "fine, UNKNOWN",
    "1000%, UNKNOWN",
    "'', UNKNOWN",
    "'# only a remark', UNKNOWN",
  })
  void understandsWhatAgentsSay(String line, Outcome outcome) {
    assertThat(said(line + "\n")).isEqualTo(outcome);
    assertThat(said(line)).as("without a line end, closed").isEqualTo(outcome);
  }

  @ParameterizedTest
  @CsvSource({"up 1%, 0.01", "50%, 0.5", "'100%,up', 1", "250%, 1", "30% 60%, 0.6"})
  void tellsWhichShareOfItsWeightTheInstanceAsksFor(String line, double share) {
    assertThat(answer(line + "\n").share()).hasValue(share);
  }

  @ParameterizedTest
  @ValueSource(strings = {"up", "0%", "drain", "down", "", "up # 50%"})
  void saysNothingOfAShareThatTheAgentDoesNotName(String line) {
    assertThat(answer(line + "\n").share()).isEmpty();
  }

  @Test
  void tellsTheReasonOfTheAgent() {
    Answer answer = answer("down 30%  # the database is read-only\r\nrest");
    assertThat(answer.message())
        .contains("the agent says \"down 30%\"")
        .endsWith("the database is read-only");
  }

  @Test
  void knowsTheAnswerWhateverItsPieces() {
    AgentConversation conversation = new AgentConversation(AGENT);
    assertThat(conversation.came(bytes("dra"))).isEmpty();
    assertThat(conversation.came(bytes("in"))).isEmpty();
    assertThat(conversation.came(bytes("\n")).orElseThrow().outcome()).isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void listensNoLongerThanOneLineCanBe() {
    AgentConversation conversation = new AgentConversation(AGENT);
    Optional<Answer> answer = Optional.empty();
    int sent = 0;
    while (answer.isEmpty()) {
      answer = conversation.came(bytes("endless "));
      sent++;
    }
    assertThat(answer.get().outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(sent).isLessThan(1000);
  }

  @Test
  void asksTheAgentBesideTheInstance() throws IOException {
    try (ProberWorld world = new ProberWorld(directory)) {
      Address agent =
          world.serve(socket -> {
            byte[] asked = socket.getInputStream().readNBytes("shop-1\n".length());
            String answer =
                new String(asked, StandardCharsets.UTF_8).equals("shop-1\n")
                    ? "up 75%\n"
                    : "down\n";
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
          });
      Result result =
          world.ask(
              new Probe.Agent(agent.port(), Optional.of("shop-1\\n")),
              new Address("127.0.0.1", 1),
              LONG);
      assertThat(result.outcome()).as(result.message()).isEqualTo(Outcome.PASS);
      assertThat(result.message()).contains("75%");
      assertThat(result.share()).hasValue(0.75);
    }
  }

  @Test
  void anAgentThatSaysNothingFailsInTime() throws IOException {
    try (ProberWorld world = new ProberWorld(directory)) {
      Address agent = world.serve(socket -> socket.getInputStream().read());
      Result result =
          world.ask(
              new Probe.Agent(agent.port(), Optional.empty()),
              new Address("127.0.0.1", 1),
              Duration.ofMillis(100));
      assertThat(result.outcome()).isEqualTo(Outcome.FAIL);
      assertThat(result.message()).contains("no answer within 100 ms");
    }
  }

  private static Outcome said(String bytes) {
    return answer(bytes).outcome();
  }

  private static Answer answer(String bytes) {
    AgentConversation conversation = new AgentConversation(AGENT);
    return conversation.came(bytes(bytes)).orElseGet(conversation::ended);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}

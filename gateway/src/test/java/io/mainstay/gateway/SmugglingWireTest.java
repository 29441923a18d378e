package io.mainstay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What two parsers could read differently is refused, from clients and from instances. */
class SmugglingWireTest {
  @Test
  void refusesWhatIsAmbiguousAndPassesOnWhatIsNot() throws IOException {
    List<String> wrong = new ArrayList<>();
    try (TestWorld world = TestWorld.nio().deploy(TestWorld.policy());
        TestBackend backend = TestBackend.answering("ok")) {
      world.serve(backend);
      for (String line : Corpus.lines("requests.txt")) {
        String[] parts = line.split(" ", 3);
        int expected = Integer.parseInt(parts[1]);
        int before = backend.requests.size();
        try (RawClient client = world.client()) {
          client.send(Corpus.bytes(parts[2]));
          RawClient.Answer answer = client.answer();
          boolean passedOn = backend.requests.size() > before;
          boolean right =
              answer.status() == expected
                  && passedOn == (expected == 200)
                  && (expected == 200 || client.isEnded());
          if (!right) {
            wrong.add(parts[0] + ": " + answer.status() + (passedOn ? ", passed on" : ""));
          }
        } catch (IOException e) {
          wrong.add(parts[0] + ": " + e);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  /** The same bytes in pieces of one byte: the outcome must not depend on the packets. */
  @Test
  void answersTheSameIfTheBytesTrickleIn() throws IOException {
    List<String> wrong = new ArrayList<>();
    try (TestWorld world = TestWorld.nio().deploy(TestWorld.policy());
        TestBackend backend = TestBackend.answering("ok")) {
      world.serve(backend);
      for (String line : Corpus.lines("requests.txt")) {
        String[] parts = line.split(" ", 3);
        String bytes = Corpus.bytes(parts[2]);
        if (bytes.length() > 400) {
          continue;
        }
        try (RawClient client = world.client()) {
          for (int i = 0; i < bytes.length(); i++) {
            client.send(bytes.substring(i, i + 1));
          }
          int status = client.answer().status();
          if (status != Integer.parseInt(parts[1])) {
            wrong.add(parts[0] + ": " + status);
          }
        } catch (IOException e) {
          // Refused before the last byte was sent: the reset may overtake the answer.
          if (parts[1].equals("200")) {
            wrong.add(parts[0] + ": " + e);
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void turnsGarbageOfInstancesInto502() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (String line : Corpus.lines("responses.txt")) {
      String[] parts = line.split(" ", 2);
      try (TestWorld world = TestWorld.nio().deploy(TestWorld.policy());
          TestBackend backend =
              new TestBackend((request, socket, out) -> {
                TestBackend.write(out, Corpus.bytes(parts[1]));
                return true;
              })) {
        world.serve(backend);
        try (RawClient client = world.client()) {
          RawClient.Answer answer = client.get("/");
          if (answer.status() != 502 || !answer.reason().contains("garbage")) {
            wrong.add(parts[0] + ": " + answer.status() + " " + answer.reason());
          }
        } catch (IOException e) {
          wrong.add(parts[0] + ": " + e);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }
}

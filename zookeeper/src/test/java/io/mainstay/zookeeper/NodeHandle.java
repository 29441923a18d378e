package io.mainstay.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A {@link NodeProcess} as the test sees it. */
final class NodeHandle implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;
  private final PrintWriter input;
  private final String first;

  private NodeHandle(Process process) throws IOException {
    this.process = process;
    this.output = process.inputReader();
    this.input = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
    this.first = String.valueOf(output.readLine());
  }

  static NodeHandle start(Path folder, int seats, List<String> arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-Dio.netty.transport.noNative=true",
                "-Dtest.seats=" + seats,
                "-Dtest.logs=" + System.getProperty("test.logs", "")));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path") + System.getProperty("test.logger", ""),
            NodeProcess.class.getName(),
            arguments.getFirst(),
            folder.toString()));
    command.addAll(arguments.subList(1, arguments.size()));
    return new NodeHandle(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start());
  }

  /** Its first word: open, or why not. */
  String first() {
    return first;
  }

  String ask(String question) throws IOException {
    input.println(question);
    return String.valueOf(output.readLine());
  }

  /** Asks until the answer fits. */
  String await(String question, Predicate<String> fits) throws IOException {
    long end = System.nanoTime() + Duration.ofSeconds(40).toNanos();
    String answer = ask(question);
    while (!fits.test(answer)) {
      assertThat(System.nanoTime()).as("%s: %s", question, answer).isLessThan(end);
      Waiting.until(() -> false, Duration.ofMillis(100));
      answer = ask(question);
    }
    return answer;
  }

  void kill() throws InterruptedException {
    process.toHandle().destroyForcibly();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  /** STOP or CONT. */
  void signal(String signal) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

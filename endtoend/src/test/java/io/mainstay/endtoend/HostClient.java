package io.mainstay.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A client on a host: {@link HostLoad} in a process there. */
final class HostClient {
  private final Process process;
  private final List<String> lines = new ArrayList<>();

  HostClient(Hosts hosts, int host, String to, int rate) throws IOException {
    process =
        new ProcessBuilder(
                "ip",
                "netns",
                "exec",
                hosts.name(host),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                HostLoad.class.getName(),
                to,
                "/who",
                Integer.toString(rate))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
  }

  /** Ends it. Sent, failed, longest gap in ms, worst latency in ms. */
  long[] end() throws IOException {
    process.getOutputStream().close();
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      reader.lines().forEach(lines::add);
    }
    String[] words = lines.getLast().split(" ");
    assertThat(words[0]).isEqualTo("TOTAL");
    return new long[] {
      Long.parseLong(words[1]),
      Long.parseLong(words[2]),
      Long.parseLong(words[3]),
      Long.parseLong(words[4])
    };
  }

  /** What it printed. */
  String text() {
    return String.join("\n", lines);
  }
}

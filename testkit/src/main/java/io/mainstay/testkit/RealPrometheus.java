package io.mainstay.testkit;

import io.mainstay.model.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Debian's prometheus, which watches itself and somebody who is not there, each second. */
public final class RealPrometheus implements AutoCloseable {
  private final Process process;
  private final Address address;

  /** Starts it; it answers a little later. */
  public RealPrometheus(Path directory) throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = new Address("127.0.0.1", free.getLocalPort());
    }
    Path configuration =
        Files.writeString(
            directory.resolve("p.yml"),
            """
            global: {scrape_interval: 1s, scrape_timeout: 900ms}
            scrape_configs:
            - {job_name: itself, static_configs: [{targets: ['%s']}]}
            - {job_name: nobody, static_configs: [{targets: ['127.0.0.1:1']}]}
            """
                .formatted(address));
    process =
        new ProcessBuilder(
                "prometheus",
                "--config.file=" + configuration,
                "--storage.tsdb.path=" + directory.resolve("data"),
                "--web.listen-address=" + address)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output").toFile())
            .start();
  }

  /** Without a slash at its end. */
  public String url() {
    return "http://" + address;
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().orTimeout(20, TimeUnit.SECONDS).join();
  }
}

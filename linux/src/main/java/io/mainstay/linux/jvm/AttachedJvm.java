package io.mainstay.linux.jvm;

import io.mainstay.ports.JavaProcesses.Jvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A JVM that is asked as the tools of the JDK do it: over the socket that HotSpot opens in {@code
 * /tmp} once there is a file {@code .attach_pidN} and SIGQUIT came ({@code VirtualMachineImpl} and
 * {@code attachListener_linux.cpp} of OpenJDK).
 */
final class AttachedJvm implements Jvm {
  private static final Logger LOG = LoggerFactory.getLogger(AttachedJvm.class);

  /** Protocol 1, the command, and three arguments, each ended by a zero. */
  private static final String THREAD_DUMP = "1\0threaddump\0\0\0\0";

  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final Duration DOOR_LONGEST = Duration.ofSeconds(30);
  private static final long MOST_CHARACTERS = 64L << 20;

  private final JvmProcess process;
  private @Nullable SocketChannel open;
  private volatile boolean over;

  AttachedJvm(JvmProcess process) {
    this.process = process;
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public Duration collecting() throws IOException {
    return performanceData()
        .orElseThrow(() -> new IOException("it keeps no performance data (-XX:-UsePerfData)"))
        .collecting();
  }

  private Optional<PerformanceData> performanceData() throws IOException {
    Optional<Path> file = process.performanceFile();
    return file.isPresent()
        ? Optional.of(PerformanceData.read(Files.readAllBytes(file.get())))
        : Optional.empty();
  }

  @Override
  public List<String> deadlocks() throws IOException {
    Path door = process.root("tmp/.java_pid" + process.innerPid());
    if (!Files.exists(door)) {
      openDoor(door);
    }
    if (!Files.getOwner(door).equals(Files.getOwner(process.proc("")))) {
      throw new IOException(door + " belongs to somebody else");
    }
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      if (!mayUse(channel)) {
        throw new IOException("nobody waits for it any more");
      }
      channel.connect(UnixDomainSocketAddress.of(door));
      ByteBuffer request = ByteBuffer.wrap(THREAD_DUMP.getBytes(StandardCharsets.ISO_8859_1));
      while (request.hasRemaining()) {
        channel.write(request);
      }
      return read(channel);
    }
  }

  private static List<String> read(SocketChannel channel) throws IOException {
    Deadlocks deadlocks = new Deadlocks();
    try (BufferedReader lines =
        new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8))) {
      String result = lines.readLine();
      if (!"0".equals(result)) {
        throw new IOException("it does not tell its threads: " + result);
      }
      long read = 0;
      for (String line = lines.readLine();
          line != null && read < MOST_CHARACTERS;
          line = lines.readLine()) {
        read += line.length();
        deadlocks.see(line);
      }
    }
    return deadlocks.found();
  }

  /** Has it open its socket, which stays for its life. */
  private void openDoor(Path door) throws IOException {
    boolean attachable =
        performanceData()
            .map(PerformanceData::isAttachable)
            .orElse(!process.hasOption("-XX:+DisableAttachMechanism"));
    if (!attachable) {
      // It would print all its threads to its log instead, at each look.
      throw new IOException("it lets no tools attach (-XX:+DisableAttachMechanism)");
    }
    Path trigger = process.root("tmp/.attach_pid" + process.innerPid());
    boolean ours = true;
    try {
      Files.createFile(trigger);
    } catch (FileAlreadyExistsException e) {
      ours = false; // another tool is about to attach as well
    }
    try {
      Optional<String> refused = process.quit();
      if (refused.isPresent()) {
        throw new IOException(refused.get());
      }
      long end = System.nanoTime() + DOOR_LONGEST.toNanos();
      while (!Files.exists(door)) {
        if (over || System.nanoTime() > end) {
          throw new IOException("it opened no socket for tools");
        }
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      if (ours) {
        Files.deleteIfExists(trigger);
      }
    }
  }

  private synchronized boolean mayUse(SocketChannel channel) {
    open = channel;
    return !over;
  }

  @Override
  public void end() {
    SocketChannel channel;
    synchronized (this) {
      over = true;
      channel = open;
    }
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        LOG.debug("the socket of {} does not close", process, e);
      }
    }
  }
}

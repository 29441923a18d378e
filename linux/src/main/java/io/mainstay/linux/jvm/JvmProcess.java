package io.mainstay.linux.jvm;

import io.mainstay.linux.calls.LinuxCalls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A process that has a JVM in it, seen from outside. Reading about one that hangs in the kernel may
 * itself hang, so never on a thread that somebody waits for.
 *
 * @param pid as this process sees it
 */
public record JvmProcess(long pid) {
  /** The signal that makes a JVM print its threads, and ends everything else. */
  private static final int QUIT = 3;

  private static final long MOST_CHILDREN = 64;
  private static final int MOST_WORDS = 1 << 20;

  /**
   * The JVM that the process is, or else the one that it started first: {@code run} may name a
   * shell script.
   *
   * @throws IOException if nobody may look at its memory map: it belongs to another user
   */
  static Optional<JvmProcess> of(long main) throws IOException {
    Optional<ProcessHandle> handle = ProcessHandle.of(main);
    if (handle.isEmpty()) {
      return Optional.empty();
    }
    JvmProcess itself = new JvmProcess(main);
    if (itself.hasJvm()) {
      return Optional.of(itself);
    }
    try (Stream<ProcessHandle> all = handle.get().descendants()) {
      for (long child :
          all.map(ProcessHandle::pid)
              .sorted(Comparator.naturalOrder())
              .limit(MOST_CHILDREN)
              .toList()) {
        JvmProcess started = new JvmProcess(child);
        if (started.hasJvm()) {
          return Optional.of(started);
        }
      }
    }
    return Optional.empty();
  }

  private boolean hasJvm() throws IOException {
    return mapped(file -> file.endsWith("/libjvm.so")).isPresent();
  }

  /** The first file in its memory of that kind. */
  private Optional<String> mapped(Predicate<String> kind) throws IOException {
    try (BufferedReader maps = Files.newBufferedReader(proc("maps"), StandardCharsets.ISO_8859_1)) {
      return maps.lines()
          .filter(line -> line.indexOf('/') >= 0)
          .map(line -> line.substring(line.indexOf('/')))
          .filter(kind)
          .findFirst();
    } catch (NoSuchFileException | UncheckedIOException e) {
      return Optional.empty(); // it has just ended, or ends while it is read
    }
  }

  /** Where it keeps its counters, if it does. */
  Optional<Path> performanceFile() throws IOException {
    return mapped(file -> file.matches("/.*/hsperfdata_[^/]+/\\d+")).map(this::root);
  }

  /** A file as it has it, which may see other folders than this process. */
  Path root(String file) {
    return proc("root").resolve(file.startsWith("/") ? file.substring(1) : file);
  }

  /** Whether that is among the words that it was started with. */
  boolean hasOption(String option) {
    try (InputStream words = Files.newInputStream(proc("cmdline"))) {
      return List.of(
              new String(words.readNBytes(MOST_WORDS), StandardCharsets.ISO_8859_1).split("\0"))
          .contains(option);
    } catch (IOException e) {
      return false;
    }
  }

  /** A file of the kernel about it. */
  Path proc(String file) {
    return Path.of("/proc", Long.toString(pid), file);
  }

  /** Its number in its own namespace: what it is called in there. */
  long innerPid() throws IOException {
    List<String> numbers = List.of(status("NSpid").split("\\s+"));
    return numbers.getLast().isEmpty() ? pid : Long.parseLong(numbers.getLast());
  }

  /**
   * Makes it print its threads, or open its door for tools. Only if it is certain that the signal
   * does not end it: a JVM takes it only some milliseconds after its start, and never with {@code
   * -Xrs}.
   *
   * @return why it was not sent
   */
  Optional<String> quit() throws IOException {
    int pidfd = LinuxCalls.pidfdOpen(pid);
    if (pidfd < 0) {
      return Optional.of("it has ended");
    }
    try {
      // What was opened is what is looked at: with it the number is not given to another.
      if (!hasJvm()) {
        return Optional.of("it has ended");
      }
      if (status("State").startsWith("T") || status("State").startsWith("t")) {
        return Optional.of("it is stopped by a signal");
      }
      if ((Long.parseUnsignedLong(status("SigCgt"), 16) & 1L << (QUIT - 1)) == 0) {
        return Optional.of("it does not take SIGQUIT (-Xrs, or it has only just started)");
      }
      LinuxCalls.pidfdSendSignal(pidfd, QUIT);
      return Optional.empty();
    } finally {
      LinuxCalls.close(pidfd);
    }
  }

  /** What the kernel says of it under that name; empty text if it says nothing. */
  private String status(String name) throws IOException {
    try (Stream<String> lines = Files.lines(proc("status"), StandardCharsets.ISO_8859_1)) {
      return lines
          .filter(line -> line.startsWith(name + ":"))
          .findFirst()
          .map(line -> line.substring(name.length() + 1).strip())
          .orElse("");
    }
  }
}

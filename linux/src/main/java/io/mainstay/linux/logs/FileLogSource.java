package io.mainstay.linux.logs;

import io.mainstay.linux.calls.Errno;
import io.mainstay.linux.calls.LinuxCalls;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.ports.HostProblem;
import io.mainstay.ports.InstanceOutput;
import io.mainstay.ports.LogSource;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The logs of this server's instances: {@code logs/NAME-k.log} in the data folder, both output
 * streams in the order in which they were written. Instances append by themselves, so nothing is
 * lost while no server runs. A thread of its own rotates what has become too long.
 */
public final class FileLogSource implements LogSource, InstanceOutput, AutoCloseable {
  /** The live file is rotated beyond this many bytes. */
  public static final long DEFAULT_LIMIT = 16L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(FileLogSource.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Between two looks while a log is long or grows fast. */
  private static final Duration ROTATION_PERIOD = Duration.ofSeconds(1);

  /** Between two looks while all are short and quiet. */
  private static final Duration QUIET_PERIOD = Duration.ofSeconds(5);

  private static final Duration SWEEP_PERIOD = Duration.ofHours(1);
  private static final Duration FOLLOW_PERIOD = Duration.ofMillis(50);
  private static final int MODE = 0640;

  private final Path folder;
  private final Consumer<HostProblem> problems;
  private final LogRotation rotation;
  private final long limit;
  private final Map<InstanceId, LogFile> files = new ConcurrentHashMap<>();
  private final Map<InstanceId, Trouble> troubled = new ConcurrentHashMap<>();
  private final ScheduledExecutorService rotator;
  private volatile Predicate<InstanceId> used = instance -> false;

  /** As {@link #FileLogSource(Path, long, Consumer)} with the default limit. */
  public FileLogSource(Path dataFolder, Consumer<HostProblem> problems) throws IOException {
    this(dataFolder, DEFAULT_LIMIT, problems);
  }

  /**
   * Makes the folder and starts the thread that rotates.
   *
   * @param limit bytes of a live file, at least 1 MiB
   * @param problems hears once of each log that cannot be rotated; any thread
   */
  public FileLogSource(Path dataFolder, long limit, Consumer<HostProblem> problems)
      throws IOException {
    this.folder = Files.createDirectories(dataFolder.resolve("logs"));
    this.problems = problems;
    this.limit = Math.max(limit, FrontCutter.ALIGNMENT);
    this.rotation = new LogRotation(FrontCutter.detect(folder), this.limit);
    this.rotator =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("mainstay-logs").daemon(true).factory());
    Future<?> _ = rotator.schedule(this::look, ROTATION_PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    Future<?> _ =
        rotator.scheduleWithFixedDelay(
            () -> sweep(Instant.now()),
            SWEEP_PERIOD.toMillis(),
            SWEEP_PERIOD.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** Says who has a process: its log is never deleted. Any thread may ask. */
  public void keepWhile(Predicate<InstanceId> hasProcess) {
    used = hasProcess;
  }

  /**
   * What is wrong with a log, said once.
   *
   * @param nanos when it was met last
   */
  private record Trouble(EventKind kind, long nanos) {}

  /**
   * Descriptors for a child to write to, both appending to the same log.
   *
   * @param stdout to be closed once the child has it
   * @param stderr shares its place in the file with the child, so that the end of what was written
   *     last to standard error stays known; to be given back by {@link #close(InstanceId, int)}
   * @param begin position in the log at which this run's output begins
   */
  public record Descriptors(int stdout, int stderr, long begin) {}

  /**
   * Opens the log of an instance for a child. If that cannot be done (a full disk), it is said
   * once, and the output goes nowhere: running matters more than writing.
   */
  public synchronized Descriptors open(InstanceId instance) throws IOException {
    LogFile file = files.computeIfAbsent(instance, this::recovered);
    long begin = file.end();
    file.runBegins(begin);
    int stdout = append(instance, file.live());
    try {
      int stderr = append(instance, file.live());
      file.mind(stderr);
      return new Descriptors(stdout, stderr, begin);
    } catch (IOException e) {
      LinuxCalls.close(stdout);
      throw e;
    }
  }

  /**
   * The last lines that a run wrote to standard error, with what stands between them.
   *
   * @param stderr as given by {@link #open}, or a copy of the process's own
   * @param begin where the run's output begins
   * @param orElseOutput whether to take the last lines of all if nothing went to standard error
   */
  public List<String> lastErrors(
      InstanceId instance, int stderr, long begin, int count, boolean orElseOutput) {
    LogFile file = file(instance);
    OptionalLong end = stderr < 0 ? OptionalLong.empty() : file.errorEnd(stderr);
    if (end.isPresent()) {
      return LineReader.last(file, count, begin, Math.min(file.end(), end.getAsLong()));
    }
    return orElseOutput ? LineReader.last(file, count, begin, file.end()) : List.of();
  }

  /** What was written from a position on, at most the last {@code bytes}. */
  public List<String> since(InstanceId instance, long begin, int bytes) {
    LogFile file = file(instance);
    long end = file.end();
    return LineReader.last(file, Integer.MAX_VALUE, Math.max(begin, end - bytes), end);
  }

  /** The position behind what was written last. */
  public long end(InstanceId instance) {
    return file(instance).end();
  }

  @Override
  public long begin(InstanceId instance) {
    return file(instance).runBegin();
  }

  @Override
  public Piece read(InstanceId instance, long from, int most) {
    LogFile file = file(instance);
    long end = file.end();
    long begin = Math.max(from, Math.max(file.begin(), end - most));
    return new Piece(begin, LineReader.block(file, begin, (int) Math.max(0, end - begin)));
  }

  /** Rotates the log of an instance that was taken over. */
  public void adopt(InstanceId instance) {
    files.computeIfAbsent(instance, this::recovered);
  }

  /** Minds a copy of the descriptor that a process which was taken over has as standard error. */
  public void adopt(InstanceId instance, int stderr) {
    files.computeIfAbsent(instance, this::recovered).mind(stderr);
  }

  /** Closes a descriptor of standard error. */
  public void close(InstanceId instance, int stderr) {
    file(instance).close(stderr);
  }

  /** The path of the live log. */
  public Path path(InstanceId instance) {
    return folder.resolve(instance + ".log");
  }

  @Override
  public List<String> tail(InstanceId instance, int lines) {
    LogFile file = file(instance);
    return LineReader.last(file, lines, Long.MIN_VALUE, file.end());
  }

  @Override
  public AutoCloseable follow(InstanceId instance, int lines, Consumer<String> line) {
    LogFile file = file(instance);
    long begin = LineReader.startOfLast(file, lines, file.begin(), file.end());
    Thread follower =
        Thread.ofVirtual().name("follow-" + instance).start(() -> follow(file, begin, line));
    return follower::interrupt;
  }

  /** Whether logs in that folder could be rotated; tried out. */
  public static boolean canRotateIn(Path folder) throws IOException {
    return FrontCutter.detect(folder).mode() != FrontCutter.Mode.NONE;
  }

  /** Ends the rotation. */
  @Override
  public void close() {
    rotator.shutdownNow();
  }

  /** Tries again at once what went wrong; for tests. */
  void forgetTroubles() {
    troubled.replaceAll((instance, t) -> new Trouble(t.kind(), t.nanos() - PATIENCE.toNanos()));
  }

  /** Rotates what is too long now. */
  void rotate() {
    synchronized (rotation) {
      files.forEach(this::rotate);
    }
  }

  private void look() {
    rotate();
    // Not by the average: what may become too long before the next look is looked at soon.
    boolean busy = false;
    for (LogFile file : files.values()) {
      busy |= file.isLongOrGrowing(limit);
    }
    Duration pause = busy ? ROTATION_PERIOD : QUIET_PERIOD;
    if (!rotator.isShutdown()) {
      Future<?> _ = rotator.schedule(this::look, pause.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** Deletes logs that nobody writes to any more and that have been kept long enough. */
  void sweep(Instant now) {
    try {
      for (KeptLogs.Log log : KeptLogs.surplus(KeptLogs.in(folder), this::isUsed, now)) {
        delete(log);
      }
    } catch (IOException | DirectoryIteratorException e) {
      LOG.warn("old logs could not be deleted", e);
    }
  }

  /** Not while one is opened: it would go on writing to a file without a name. */
  private synchronized void delete(KeptLogs.Log log) throws IOException {
    if (!isUsed(log.instance())) {
      files.remove(log.instance());
      troubled.remove(log.instance());
      for (Path file : log.files()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private boolean isUsed(InstanceId instance) {
    LogFile file = files.get(instance);
    return used.test(instance) || (file != null && file.isMinded());
  }

  private void rotate(InstanceId instance, LogFile file) {
    long now = System.nanoTime();
    Trouble trouble = troubled.get(instance);
    if (trouble != null && now - trouble.nanos() < PATIENCE.toNanos()) {
      return; // each try writes up to the whole front, which a full disk has no use for
    }
    try {
      Optional<String> problem = rotation.rotate(file);
      if (problem.isPresent()) {
        report(instance, EventKind.COMPONENT_FAILED, unrotated(instance, problem.get()));
      } else if (trouble != null) {
        recovered(instance, trouble);
      }
    } catch (IOException | RuntimeException e) {
      report(instance, EventKind.DISK_FULL, unrotated(instance, String.valueOf(e.getMessage())));
    }
  }

  private void recovered(InstanceId instance, Trouble trouble) {
    troubled.remove(instance);
    if (trouble.kind() == EventKind.DISK_FULL) {
      String text = "the log of " + instance + " is written and rotated again";
      problems.accept(new HostProblem(EventKind.DISK_RECOVERED, Optional.of(instance), text));
    }
  }

  private static String unrotated(InstanceId instance, String reason) {
    return "the log of " + instance + " cannot be rotated: " + reason;
  }

  private void report(InstanceId instance, EventKind kind, String text) {
    if (troubled.put(instance, new Trouble(kind, System.nanoTime())) == null) {
      problems.accept(new HostProblem(kind, Optional.of(instance), text));
    }
  }

  private void follow(LogFile file, long begin, Consumer<String> line) {
    LineReader reader = new LineReader(file, begin);
    while (!Thread.currentThread().isInterrupted()) {
      if (reader.advance(line, file.end()) == 0) {
        try {
          Thread.sleep(FOLLOW_PERIOD);
        } catch (InterruptedException e) {
          return;
        }
      }
    }
  }

  private LogFile file(InstanceId instance) {
    // Not kept for what never wrote: anybody may ask for any name.
    return Files.exists(path(instance))
        ? files.computeIfAbsent(instance, this::recovered)
        : new LogFile(path(instance));
  }

  private LogFile recovered(InstanceId instance) {
    LogFile file = new LogFile(path(instance));
    try {
      rotation.recover(file);
    } catch (IOException e) {
      report(instance, EventKind.DISK_FULL, unrotated(instance, String.valueOf(e.getMessage())));
    }
    return file;
  }

  private int append(InstanceId instance, Path file) throws IOException {
    int flags = LinuxCalls.O_WRONLY | LinuxCalls.O_APPEND | LinuxCalls.O_CREAT;
    int descriptor = LinuxCalls.open(file, flags, MODE);
    if (descriptor < 0) {
      String reason = Errno.describe(descriptor);
      boolean full = descriptor == -Errno.ENOSPC;
      report(
          instance,
          full ? EventKind.DISK_FULL : EventKind.COMPONENT_FAILED,
          "the output of " + instance + " is not kept: " + file + ": " + reason);
      descriptor = LinuxCalls.open(Path.of("/dev/null"), LinuxCalls.O_WRONLY, 0);
    }
    if (descriptor < 0) {
      throw new IOException("no descriptor for the output: " + Errno.describe(descriptor));
    }
    return descriptor;
  }
}

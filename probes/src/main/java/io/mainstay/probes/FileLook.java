package io.mainstay.probes;

import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.ports.Prober;
import io.mainstay.ports.Prober.Outcome;
import io.mainstay.probes.Conversation.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether a file is there, young and large enough: backups, heartbeats, flags. Its content is not
 * read. A time of change that lies in the future counts as now.
 */
record FileLook(Probe.File probe) implements Look {

  /** Says nothing about the instance: it is not restarted for it. */
  @Override
  public Outcome inVain() {
    return Outcome.UNKNOWN;
  }

  @Override
  public Answer look(Prober.Request request) throws IOException {
    Path path = request.directory().resolve(probe.path());
    Optional<BasicFileAttributes> found = attributes(path);
    if (found.isEmpty()) {
      return probe.exists()
          ? Answer.fail("there is no " + path)
          : Answer.pass("there is no " + path);
    }
    BasicFileAttributes file = found.get();
    if (!probe.exists()) {
      return Answer.fail(path + " is there");
    }
    // Ages are told by the clock that stamps files, not by the monotonic one.
    Duration age = Duration.between(file.lastModifiedTime().toInstant(), Instant.now());
    if (age.isNegative()) {
      age = Duration.ZERO;
    }
    if (probe.maxAge().isPresent() && age.compareTo(probe.maxAge().get()) > 0) {
      return Answer.fail(
          path
              + " was changed "
              + Spans.shown(age)
              + " ago, at most "
              + Spans.shown(probe.maxAge().get())
              + " is expected");
    }
    if (file.size() < probe.minSize()) {
      return Answer.fail(
          path + " has " + file.size() + " bytes, at least " + probe.minSize() + " are expected");
    }
    return Answer.pass("changed " + Spans.shown(age) + " ago, " + file.size() + " bytes");
  }

  private static Optional<BasicFileAttributes> attributes(Path path) throws IOException {
    try {
      return Optional.of(Files.readAttributes(path, BasicFileAttributes.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}

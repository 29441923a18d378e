package io.mainstay.probes;

import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.ports.Prober;
import io.mainstay.ports.Prober.Outcome;
import io.mainstay.probes.Conversation.Answer;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** How much of a file system is free for those who are not root. */
record DiskLook(Probe.Disk probe) implements Look {
  private static final double GIB = 1L << 30;

  /** Says nothing about the instance: it is not restarted for it. */
  @Override
  public Outcome inVain() {
    return Outcome.UNKNOWN;
  }

  @Override
  public Answer look(Prober.Request request) throws IOException {
    Path path = request.directory().resolve(probe.path());
    FileStore store;
    try {
      store = Files.getFileStore(path);
    } catch (NoSuchFileException e) {
      return Answer.fail("there is no " + path);
    }
    long total = store.getTotalSpace();
    if (total <= 0) {
      return Answer.unknown("the file system of " + path + " does not tell its size");
    }
    long free = store.getUsableSpace();
    double share = (double) free / total;
    Outcome outcome =
        share < probe.fail() ? Outcome.FAIL : share < probe.warn() ? Outcome.WARNING : Outcome.PASS;
    return new Answer(
        outcome,
        String.format(
            Locale.ROOT,
            "%.1f%% of %s free (%.1f of %.1f GiB)",
            share * 100,
            store.name(),
            free / GIB,
            total / GIB));
  }
}

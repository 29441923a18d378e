package io.mainstay.probes;

import io.mainstay.model.spec.Amount;
import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.ports.FileSystems;
import io.mainstay.ports.Prober;
import io.mainstay.ports.Prober.Outcome;
import io.mainstay.probes.Conversation.Answer;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** How much a file system has left, of bytes and of inodes, for those who are not root. */
record DiskLook(Probe.Disk probe, FileSystems fileSystems) implements Look {
  private static final double GIB = 1L << 30;

  /** Says nothing about the instance: it is not restarted for it. */
  @Override
  public Outcome inVain() {
    return Outcome.UNKNOWN;
  }

  @Override
  public Answer look(Prober.Request request) throws IOException {
    Path path = request.directory().resolve(probe.path());
    FileSystems.Left left;
    try {
      left = fileSystems.left(path);
    } catch (NoSuchFileException e) {
      return Answer.fail("there is no " + path);
    }
    if (left.bytes() <= 0) {
      return Answer.unknown("the file system of " + path + " does not tell its size");
    }
    Outcome outcome =
        isShort(probe.fail(), left)
            ? Outcome.FAIL
            : isShort(probe.warn(), left) ? Outcome.WARNING : Outcome.PASS;
    return new Answer(outcome, describe(path, left));
  }

  private static boolean isShort(Probe.Room wanted, FileSystems.Left left) {
    boolean space =
        switch (wanted.space()) {
          case Amount.Count count -> left.freeBytes() < count.value();
          case Amount.Share share -> share(left.freeBytes(), left.bytes()) < share.fraction();
        };
    return space
        || (left.inodes() > 0 && share(left.freeInodes(), left.inodes()) < wanted.inodes());
  }

  private static double share(long free, long all) {
    return (double) free / all;
  }

  private static String describe(Path path, FileSystems.Left left) {
    String inodes =
        left.inodes() > 0
            ? String.format(
                Locale.ROOT,
                ", %.1f%% of %,d inodes",
                share(left.freeInodes(), left.inodes()) * 100,
                left.inodes())
            : "";
    return String.format(
        Locale.ROOT,
        "%.1f%% free where %s lies (%.1f of %.1f GiB)%s",
        share(left.freeBytes(), left.bytes()) * 100,
        path,
        left.freeBytes() / GIB,
        left.bytes() / GIB,
        inodes);
  }
}

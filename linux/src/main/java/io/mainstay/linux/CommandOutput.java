package io.mainstay.linux;

import io.mainstay.linux.calls.Errno;
import io.mainstay.linux.calls.LinuxCalls;
import io.mainstay.linux.logs.FileLogSource;
import io.mainstay.model.InstanceId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Where a command's output goes, and how it comes back. */
interface CommandOutput {
  /** Bytes of output that are kept. */
  int MOST = 64 * 1024;

  /** The descriptor that becomes its standard output. */
  int stdout();

  /** The descriptor that becomes its standard error. */
  int stderr();

  /** The child has its descriptors. */
  void started(Poller poller);

  /** It ended: what it wrote; of standard error only if it failed and wrote nothing else. */
  String finish(Poller poller, boolean succeeded);

  /** It was not started. */
  void close();

  /** Appends to the log of an instance; what comes back may hold lines of the instance too. */
  static CommandOutput toLog(FileLogSource logs, InstanceId instance) throws IOException {
    FileLogSource.Descriptors log = logs.open(instance);
    return new CommandOutput() {
      @Override
      public int stdout() {
        return log.stdout();
      }

      @Override
      public int stderr() {
        return log.stderr();
      }

      @Override
      public void started(Poller poller) {
        LinuxCalls.close(log.stdout());
      }

      @Override
      public String finish(Poller poller, boolean succeeded) {
        List<String> lines = logs.since(instance, log.begin(), MOST);
        logs.close(instance, log.stderr());
        return String.join("\n", lines);
      }

      @Override
      public void close() {
        LinuxCalls.close(log.stdout());
        logs.close(instance, log.stderr());
      }
    };
  }

  /** Two pipes that the poller empties; what is too much is thrown away. */
  static CommandOutput toPipes() throws IOException {
    Pipe out = Pipe.open();
    Pipe err;
    try {
      err = Pipe.open();
    } catch (IOException e) {
      out.close();
      throw e;
    }
    return new CommandOutput() {
      @Override
      public int stdout() {
        return out.writing;
      }

      @Override
      public int stderr() {
        return err.writing;
      }

      @Override
      public void started(Poller poller) {
        LinuxCalls.close(out.writing);
        LinuxCalls.close(err.writing);
        poller.watch(out.reading, out::read);
        poller.watch(err.reading, err::read);
      }

      @Override
      public String finish(Poller poller, boolean succeeded) {
        String text = out.rest();
        String errors = err.rest();
        poller.forget(out.reading, out::closeReading);
        poller.forget(err.reading, err::closeReading);
        return text.isBlank() && !succeeded ? errors : text;
      }

      @Override
      public void close() {
        out.close();
        err.close();
      }
    };
  }

  /** One pipe; read on the poller's thread only. */
  final class Pipe {
    private static final int BLOCK = 16 * 1024;

    private final int reading;
    private final int writing;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

    private Pipe(int reading, int writing) {
      this.reading = reading;
      this.writing = writing;
    }

    static Pipe open() throws IOException {
      int[] ends = new int[2];
      int made = LinuxCalls.pipe(ends);
      if (made < 0) {
        throw new IOException("no pipe: " + Errno.describe(made));
      }
      return new Pipe(ends[0], ends[1]);
    }

    /** Reads once; answers whether there may be more. Blocks if there is nothing to read. */
    boolean read() {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment block = arena.allocate(BLOCK);
        long count = LinuxCalls.read(reading, block);
        if (count > 0) {
          byte[] bytes = block.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
          kept.write(bytes, 0, Math.min(bytes.length, MOST - kept.size()));
        }
        return count > 0 || count == -Errno.EINTR;
      }
    }

    /** What came in all, what still lies in the pipe included. */
    String rest() {
      for (int i = 0; i <= MOST / BLOCK && Poller.isReady(reading); i++) {
        if (!read()) {
          break;
        }
      }
      return kept.toString(StandardCharsets.UTF_8);
    }

    void closeReading() {
      LinuxCalls.close(reading);
    }

    void close() {
      LinuxCalls.close(reading);
      LinuxCalls.close(writing);
    }
  }
}

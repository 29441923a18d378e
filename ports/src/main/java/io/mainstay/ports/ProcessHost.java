package io.mainstay.ports;

import io.mainstay.model.InstanceId;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.state.Exit;
import io.mainstay.model.state.ProcessIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.function.Consumer;

/**
 * Runs processes on this machine. Methods return at once; results arrive in the mailbox that the
 * implementation was made with, the exit of a process always after its start.
 */
public interface ProcessHost {
  /**
   * Starts a process in a session and group of its own, output appended to the instance's log.
   *
   * @param started gets the outcome, once
   * @param exited gets the end of the process, once, if it was started
   */
  void start(StartRequest request, Consumer<StartOutcome> started, Consumer<Exit> exited);

  /**
   * Takes over a process that an earlier run of the server started, without disturbing it.
   *
   * @param exited gets the end of the process, once, if it was taken over
   */
  void adopt(
      InstanceId instance,
      ProcessIdentity process,
      Consumer<AdoptOutcome> adopted,
      Consumer<Exit> exited);

  /**
   * Looks for a live main process that carries {@code nonce}; for starts that were cut off
   * half-way. If only things that it started are left, they are killed first and nothing is found.
   */
  void find(String nonce, Consumer<Optional<ProcessIdentity>> found);

  /**
   * Looks for what runs for this server's data folder although nobody knows of it: after the loss
   * of what was written down. Nothing is touched.
   *
   * @param known nonces that are accounted for
   */
  void strays(List<String> known, Consumer<List<Stray>> found);

  /** Sends a signal (name without SIG) to the process's group; thaws it first. */
  void signal(ProcessIdentity process, String signal);

  /**
   * KILLs the process and all that it started, however they hid. {@code gone} runs once nothing is
   * left.
   */
  void kill(ProcessIdentity process, Runnable gone);

  /** Takes the CPU from the whole group, or gives it back. */
  void freeze(ProcessIdentity process, boolean frozen, Consumer<Boolean> done);

  /**
   * Has the JVM that the process is, or has started, print what its threads do to its own output.
   * Nothing but a JVM that is certain to survive it is touched.
   *
   * @param done gets what came of it, once, usually within two seconds (never, if the kernel does
   *     not answer); empty: there is no JVM
   */
  default void dumpThreads(
      InstanceId instance, ProcessIdentity process, Consumer<Optional<ThreadDump>> done) {
    done.accept(Optional.empty());
  }

  /** Runs a short command (a hook) to its end; it is killed with its group at the time-out. */
  void run(CommandRequest request, Consumer<CommandOutcome> done);

  /** A free port for an instance, held by nobody now; empty if the range is used up. */
  OptionalInt freePort(InstanceId instance, OptionalInt preferred);

  /** CPU time used so far by the process and what it started; zero if unknown. */
  Duration cpuTime(ProcessIdentity process);

  /**
   * Something that an earlier server of the same data folder started, by what it carries with it.
   *
   * @param process who; its oldest one, if the main process is gone
   * @param main whether that is a main process, not only something that one left behind
   * @param instance whose, if it says so
   * @param generation of the run; 0 if unknown
   * @param revision of the spec that it was started by; 0 if unknown
   * @param port that it was given
   */
  record Stray(
      ProcessIdentity process,
      boolean main,
      Optional<InstanceId> instance,
      long generation,
      int revision,
      OptionalInt port) {
    /** Whether it can be taken over by what it says. */
    public boolean isComplete() {
      return main && instance.isPresent() && generation > 0 && revision > 0;
    }

    /**
     * As the environment of a process tells it.
     *
     * @param environment of the process, as far as it is known
     */
    public static Stray of(
        ProcessIdentity process, boolean main, java.util.Map<String, String> environment) {
      return new Stray(
          process,
          main,
          InstanceId.parse(environment.getOrDefault("MAINSTAY_INSTANCE", "")),
          number(environment.get("MAINSTAY_GENERATION")),
          (int) number(environment.get("MAINSTAY_REVISION")),
          environment.containsKey("PORT")
              ? OptionalInt.of((int) number(environment.get("PORT")))
              : OptionalInt.empty());
    }

    private static long number(@org.jspecify.annotations.Nullable String text) {
      return text != null && text.matches("\\d{1,9}") ? Long.parseLong(text) : 0;
    }
  }

  /**
   * What to start.
   *
   * @param instance whose
   * @param command its words, expanded, at least one
   * @param directory absolute
   * @param environment complete
   * @param user whom to run as
   * @param limits resources
   * @param nonce also part of the environment
   */
  record StartRequest(
      InstanceId instance,
      List<String> command,
      Path directory,
      SequencedMap<String, String> environment,
      Optional<String> user,
      Workload.Limits limits,
      String nonce) {
    /** Copies the words. */
    public StartRequest {
      command = List.copyOf(command);
    }
  }

  /**
   * What came of asking a JVM for its threads.
   *
   * @param pid of the JVM
   * @param written whether it did
   * @param message where it is and what stands out in it, or why there is none
   */
  record ThreadDump(long pid, boolean written, String message) {}

  /** What came of a start. */
  sealed interface StartOutcome {
    /**
     * It runs.
     *
     * @param process who it is
     * @param limitsNotEnforced why limits are not in force, if so
     */
    record Started(ProcessIdentity process, Optional<String> limitsNotEnforced)
        implements StartOutcome {}

    /**
     * It does not.
     *
     * @param reason such as {@code command not found: jav}
     */
    record Failed(String reason) implements StartOutcome {}
  }

  /** What came of an adoption. */
  sealed interface AdoptOutcome {
    /** It runs and its exit will be seen. */
    record Adopted() implements AdoptOutcome {}

    /**
     * It is gone, or what has its pid now is another process. What it had started is gone too by
     * then.
     */
    record Gone(String reason) implements AdoptOutcome {}
  }

  /**
   * A short command.
   *
   * @param instance whose log gets the output; empty: nobody's
   * @param command its words, expanded
   * @param directory absolute
   * @param environment complete
   * @param user whom to run as
   * @param timeout until it is killed
   */
  record CommandRequest(
      Optional<InstanceId> instance,
      List<String> command,
      Path directory,
      SequencedMap<String, String> environment,
      Optional<String> user,
      Duration timeout) {
    /** Copies the words. */
    public CommandRequest {
      command = List.copyOf(command);
    }
  }

  /**
   * How a short command ended.
   *
   * @param code exit code; empty if it could not be started, timed out, or was killed
   * @param output stdout, at most 64 KiB
   * @param problem why there is no code
   */
  record CommandOutcome(OptionalInt code, String output, Optional<String> problem) {
    /** Whether it exited with 0. */
    public boolean succeeded() {
      return code.isPresent() && code.getAsInt() == 0;
    }
  }
}

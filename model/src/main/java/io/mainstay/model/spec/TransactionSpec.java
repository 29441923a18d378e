package io.mainstay.model.spec;

import io.mainstay.model.ServiceName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A synthetic business transaction: what a user would do, step after step. Strings are kept as
 * written and expanded at each run, with what earlier steps captured.
 *
 * @param name unique within its service
 * @param every from one start to the next
 * @param within limit of all steps together, the cleanup not included
 * @param fall failures in a row before it counts as failing
 * @param steps in order; the first that fails ends the run
 * @param cleanup always run, even those after one that fails; their failures count for nothing, but
 *     are told
 */
public record TransactionSpec(
    String name, Duration every, Duration within, int fall, List<Step> steps, List<Step> cleanup) {
  /** Copies the lists. */
  public TransactionSpec {
    steps = List.copyOf(steps);
    cleanup = List.copyOf(cleanup);
  }

  /**
   * One step.
   *
   * @param label how results name it, such as {@code POST /cart}
   * @param action what is done
   * @param within limit of this step; empty: only that of the whole transaction
   */
  public record Step(String label, Action action, Optional<Duration> within) {}

  /** What a step does. */
  public sealed interface Action {
    /**
     * A request, as a user would make it.
     *
     * @param method upper case
     * @param target path with query on the service's own listener, or an absolute URL
     * @param service whose listener is asked; empty: that of the service that owns the transaction
     * @param headers sent with it
     * @param body sent with it, if any
     * @param expect what the answer must be
     * @param capture names for later steps, and where their values stand in the answer
     */
    record Http(
        String method,
        String target,
        Optional<ServiceName> service,
        SequencedMap<String, String> headers,
        Optional<String> body,
        Expectation expect,
        SequencedMap<String, Source> capture)
        implements Action {
      /** Copies the maps. */
      public Http {
        headers = ServiceSpec.copy(headers);
        capture = ServiceSpec.copy(capture);
      }
    }

    /**
     * A unary call of gRPC.
     *
     * @param method the service in full, a slash, the method: {@code shop.v1.Cart/Pay}
     * @param to {@code host:port} or a URL; empty: a TCP listener of the service, or else one of
     *     its instances
     * @param service whose instances are asked; empty: that of the service that owns the
     *     transaction
     * @param headers sent with it, as metadata
     * @param message the request as JSON
     * @param descriptors a file of descriptors; empty: the server is asked for them by reflection
     * @param expect what the answer must be: its status are codes of gRPC, its JSON that of the
     *     message, its headers those before and after it
     * @param capture names for later steps, and where their values stand in the answer
     */
    record Grpc(
        String method,
        Optional<String> to,
        Optional<ServiceName> service,
        SequencedMap<String, String> headers,
        String message,
        Optional<String> descriptors,
        Expectation expect,
        SequencedMap<String, Source> capture)
        implements Action {
      /** Copies the maps. */
      public Grpc {
        headers = ServiceSpec.copy(headers);
        capture = ServiceSpec.copy(capture);
      }
    }

    /**
     * A query whose first column of its first row is compared.
     *
     * @param url of JDBC
     * @param query with question marks
     * @param with their values
     * @param expect the text of the value; empty: any row
     * @param capture a name for the value, for later steps
     */
    record Sql(
        String url,
        String query,
        List<String> with,
        Optional<String> expect,
        Optional<String> capture)
        implements Action {
      /** Copies the list. */
      public Sql {
        with = List.copyOf(with);
      }
    }

    /**
     * A command by the rules of Nagios plugins: exit 0 and 1 pass.
     *
     * @param command its words
     * @param capture a name for the first line of its output, for later steps
     */
    record Run(List<String> command, Optional<String> capture) implements Action {
      /** Copies the words. */
      public Run {
        command = List.copyOf(command);
      }
    }

    /** Lets time pass. */
    record Wait(Duration time) implements Action {}
  }

  /**
   * What an answer must be; everything must hold.
   *
   * @param status accepted ranges
   * @param body text that the body must contain; empty: any
   * @param headers by name, the exact value
   * @param json by JSONPath, the text of the value
   */
  public record Expectation(
      List<Checks.StatusRange> status,
      Optional<String> body,
      SequencedMap<String, String> headers,
      SequencedMap<String, String> json) {
    /** Copies the collections. */
    public Expectation {
      status = List.copyOf(status);
      headers = ServiceSpec.copy(headers);
      json = ServiceSpec.copy(json);
    }
  }

  /** Where in an answer a value stands. */
  public sealed interface Source {
    /** A JSONPath into the body, beginning with {@code $}. */
    record Json(String path) implements Source {}

    /** The value of a header. */
    record Header(String name) implements Source {}

    /** What the first group of a regular expression matches in the body, or the whole match. */
    record Match(String pattern) implements Source {}
  }
}

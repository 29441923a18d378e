package io.mainstay.model.spec;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * How an instance is watched.
 *
 * @param startup only while it starts; until it passes the others do not run
 * @param ready decides on traffic; never empty unless {@code port: none} without a check
 * @param live decides on restarts
 */
public record Checks(Optional<Check> startup, Optional<Check> ready, Optional<Check> live) {
  private static final String NUMBER = " *-?[0-9]{1,15}(?:\\.[0-9]{1,9})?";

  /** Which of the three a result belongs to. */
  public enum Role {
    STARTUP,
    READY,
    LIVE
  }

  /**
   * One check.
   *
   * @param probe what is asked
   * @param every cadence, jitter is added by whoever schedules
   * @param fast cadence while in transition
   * @param timeout of one probe
   * @param fall failures in a row before it is out
   * @param rise passes in a row after a failure; after a start the first pass suffices
   * @param within startup only: not passed by then counts as a failed start
   */
  public record Check(
      Probe probe,
      Duration every,
      Duration fast,
      Duration timeout,
      int fall,
      int rise,
      Optional<Duration> within) {}

  /** What is asked of an instance. */
  public sealed interface Probe {
    /**
     * An HTTP/1.1 request.
     *
     * @param path with query, starts with a slash
     * @param method upper case
     * @param status accepted ranges
     * @param body text that the body must contain; empty: any
     * @param headers sent with it, unexpanded
     */
    record Http(
        String path,
        String method,
        List<StatusRange> status,
        Optional<String> body,
        SequencedMap<String, String> headers)
        implements Probe {
      /** Copies the collections. */
      public Http {
        status = List.copyOf(status);
        headers = ServiceSpec.copy(headers);
      }
    }

    /**
     * A TCP connect, then optionally an exchange.
     *
     * @param send bytes to send, as ISO 8859-1 text
     * @param expect text that the answer must start with or contain
     */
    record Tcp(Optional<String> send, Optional<String> expect) implements Probe {}

    /**
     * One of those over the network, within TLS. Certificates are not verified.
     *
     * @param inside what is asked then: {@link Http}, {@link Tcp} or {@link Grpc}
     * @param serverName which name the server is asked for; empty: none
     */
    record Tls(Probe inside, Optional<String> serverName) implements Probe {}

    /**
     * A command by the rules of Nagios plugins.
     *
     * @param command its words, unexpanded
     */
    record Run(List<String> command) implements Probe {
      /** Copies the words. */
      public Run {
        command = List.copyOf(command);
      }
    }

    /**
     * HAProxy's agent check: an agent beside the instance says in words how the instance is.
     *
     * @param port where the agent listens, on the host of the instance
     * @param send text to send after the connect
     */
    record Agent(int port, Optional<String> send) implements Probe {}

    /**
     * The health protocol of gRPC.
     *
     * @param service of which the server is asked, unexpanded; empty: the server itself
     * @param port on the host of the instance; empty: its own
     */
    record Grpc(String service, OptionalInt port) implements Probe {}

    /**
     * How long the certificate that a TLS server shows is good.
     *
     * @param port on the host of the instance; empty: its own
     * @param serverName sent as SNI and held against the certificate; empty: neither
     * @param warn less time left than this is a warning
     * @param fail less time left than this is a failure
     */
    record Certificate(OptionalInt port, Optional<String> serverName, Duration warn, Duration fail)
        implements Probe {}

    /**
     * What a Prometheus says of an instant query. Not to be told anything by it is no failure of
     * the instance.
     *
     * @param url of the Prometheus, plain HTTP, without {@code /api}
     * @param query PromQL, unexpanded
     * @param relation how every sample must stand to the bound
     * @param bound a finite number
     * @param empty what it means that there are no samples
     */
    record Promql(String url, String query, Relation relation, double bound, Empty empty)
        implements Probe {}

    /**
     * How a file is: there, young enough, large enough.
     *
     * @param path relative to the folder of the instance, unexpanded
     * @param exists false: it passes only while there is none, and the rest does not count
     * @param maxAge longest time since its last change
     * @param minSize in bytes
     */
    record File(String path, boolean exists, Optional<Duration> maxAge, long minSize)
        implements Probe {}

    /**
     * How much room a file system has left for those who are not root.
     *
     * @param path in it, relative to the folder of the instance, unexpanded
     * @param warn less is a warning
     * @param fail less is a failure
     */
    record Disk(String path, Room warn, Room fail) implements Probe {}

    /**
     * What is to be left of a file system.
     *
     * @param space bytes, or a share of its size
     * @param inodes a share of those it has, 0 to 1; what has no fixed number of them has enough
     */
    record Room(Amount space, double inodes) {}

    /**
     * What a database says of a query.
     *
     * @param url of JDBC, unexpanded; may hold secrets once it is filled in
     * @param query with question marks for values
     * @param with the values, unexpanded
     * @param expect what the first column of the first row must be, unexpanded: a {@link Condition}
     *     or the text itself; empty: any row will do
     */
    record Sql(String url, String query, List<String> with, Optional<String> expect)
        implements Probe {
      /** Copies the values. */
      public Sql {
        with = List.copyOf(with);
      }
    }

    /**
     * How the JVM of an instance is.
     *
     * @param deadlock whether threads that wait for each other are a failure
     * @param gc more of the time in collections than this share is a failure, 0 to 1; 1: none is
     * @param window over how long at least
     */
    record Jvm(boolean deadlock, double gc, Duration window) implements Probe {}

    /**
     * What came to a log since the look before.
     *
     * @param pattern searched for in each line
     * @param file relative to the folder of the instance, unexpanded; empty: its own output
     * @param ignore lines in which that is found do not count
     * @param present whether a line with the pattern is expected, instead of none
     */
    record Log(String pattern, Optional<String> file, Optional<String> ignore, boolean present)
        implements Probe {}

    /**
     * The instance itself reports over the API.
     *
     * @param within longest silence
     */
    record Push(Duration within) implements Probe {}
  }

  /** How a number may stand to another. */
  public enum Relation {
    BELOW("<"),
    AT_MOST("<="),
    ABOVE(">"),
    AT_LEAST(">="),
    EQUAL("=="),
    UNEQUAL("!=");

    private final String sign;

    Relation(String sign) {
      this.sign = sign;
    }

    /** How it is written. */
    public String sign() {
      return sign;
    }

    /** Whether {@code number} stands so to {@code bound}; never if one of them is no number. */
    public boolean holds(double number, double bound) {
      return switch (this) {
        case BELOW -> number < bound;
        case AT_MOST -> number <= bound;
        case ABOVE -> number > bound;
        case AT_LEAST -> number >= bound;
        case EQUAL -> number == bound;
        case UNEQUAL -> number < bound || number > bound;
      };
    }
  }

  /**
   * What a number must be.
   *
   * @param relation how it must stand to the bound
   * @param bound a finite number
   */
  public record Condition(Relation relation, double bound) {
    /** Such as {@code < 0.5}; empty if the text is something else. */
    public static Optional<Condition> parse(String text) {
      return Stream.of(Relation.values())
          .filter(relation -> text.startsWith(relation.sign()))
          .max(Comparator.comparingInt(relation -> relation.sign().length()))
          .filter(relation -> text.substring(relation.sign().length()).matches(NUMBER))
          .map(relation ->
              new Condition(
                  relation, Double.parseDouble(text.substring(relation.sign().length()).strip())));
    }

    /** Whether a number is so. */
    public boolean holds(double number) {
      return relation.holds(number, bound);
    }
  }

  /** What a query without an answer means. */
  public enum Empty {
    PASS,
    FAIL,
    UNKNOWN
  }

  /**
   * Accepted HTTP status codes, both ends included.
   *
   * @param from 100 to 599
   * @param to from {@code from} to 599
   */
  public record StatusRange(int from, int to) {
    /** Whether {@code status} lies in it. */
    public boolean contains(int status) {
      return from <= status && status <= to;
    }
  }
}

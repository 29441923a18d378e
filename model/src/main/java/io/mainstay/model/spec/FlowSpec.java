package io.mainstay.model.spec;

import io.mainstay.model.ServiceName;
import java.time.Duration;
import java.util.List;

/**
 * A rule over real traffic: what must follow what, across services. Both are told to belong
 * together by a key that their requests or answers carry.
 *
 * @param name unique within its service
 * @param when what begins it
 * @param then what must follow
 * @param within from one to the other; what follows may also come that much earlier, but no more
 *     than a minute, as it does where one service asks the other before it answers
 * @param atLeast share of those begun that must be followed in time, above 0, at most 1
 * @param minSamples fewer prove nothing, from 1
 */
public record FlowSpec(
    String name, Requests when, Consequence then, Duration within, double atLeast, int minSamples) {
  /** The longest time between both. */
  public static final Duration LONGEST = Duration.ofDays(1);

  /** What must follow. */
  public sealed interface Consequence permits Requests, Sql, Promql {}

  /** What somebody is asked for again and again. */
  public sealed interface Asked permits Sql, Promql {
    /** From one question to the next. */
    Duration every();
  }

  /**
   * Requests of users that were answered as expected.
   *
   * @param service to which the requests went, whoever answered in its place
   * @param method upper case
   * @param path without query; {@code *} stands for one whole segment, {@code /*} at the end for
   *     anything below and for nothing
   * @param status of the answers that count
   * @param key what both sides have in common
   */
  public record Requests(
      ServiceName service, String method, String path, List<Checks.StatusRange> status, Key key)
      implements Consequence {
    /** Copies the list. */
    public Requests {
      status = List.copyOf(status);
    }
  }

  /**
   * Rows of a database whose first column is the key.
   *
   * @param url of JDBC, unexpanded
   * @param query what followed lately
   * @param every from one question to the next
   */
  public record Sql(String url, String query, Duration every) implements Consequence, Asked {}

  /**
   * A counter of what followed, without keys.
   *
   * @param url of a Prometheus, {@code http://host:port}
   * @param query of one sample that only rises, unexpanded
   * @param every from one question to the next
   */
  public record Promql(String url, String query, Duration every) implements Consequence, Asked {}

  /** Where a key stands: looked for in the answer first, then in the request. */
  public sealed interface Key {
    /** The value of the first header of that name, in any case. */
    record Header(String name) implements Key {}

    /**
     * A text, number or flag in a body of JSON.
     *
     * @param path to it; no element is counted from an end
     */
    record Json(JsonPath path) implements Key {}
  }
}

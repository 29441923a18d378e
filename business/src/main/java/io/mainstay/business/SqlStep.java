package io.mainstay.business;

import io.mainstay.model.spec.TransactionSpec.Action;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.SequencedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A query over a connection of its own. Steps may only read; those of the cleanup may change what
 * the run left behind.
 */
final class SqlStep {
  private static final Logger LOG = LoggerFactory.getLogger(SqlStep.class);
  private static final String POSTGRESQL = "jdbc:postgresql:";
  private static final String RESULT_MOST = "16M";
  private static final int TEXT_MOST = 1 << 20;

  /** Of SQLSTATE: the file or the account are wrong, whatever the business does. */
  private static final List<String> OUR_FAULT = List.of("28", "42501", "42601", "25006");

  private final Drivers drivers;

  SqlStep(Drivers drivers) {
    this.drivers = drivers;
  }

  SequencedMap<String, String> perform(Action.Sql sql, Attempt attempt)
      throws StepFailure, InterruptedException {
    String url = attempt.names().expand(sql.url());
    List<String> values = attempt.names().expand(sql.with());
    Optional<String> expected =
        sql.expect().isPresent()
            ? Optional.of(attempt.names().expand(sql.expect().get()))
            : Optional.empty();
    Driver driver =
        drivers
            .driver(url)
            .orElseThrow(
                () -> StepFailure.unknown("no driver takes " + Quoting.quote(protocol(url))));
    try (Connection connection = driver.connect(url, properties(url, attempt.left()))) {
      if (connection == null) {
        throw StepFailure.unknown("no driver takes " + Quoting.quote(protocol(url)));
      }
      attempt.endsBy(() -> abort(connection));
      restrict(connection, attempt);
      return query(connection, sql, values, expected, attempt);
    } catch (SQLException e) {
      throw failure(e);
    } catch (LinkageError e) {
      throw StepFailure.unknown("the driver does not work: " + Quoting.message(e));
    }
  }

  private static SequencedMap<String, String> query(
      Connection connection,
      Action.Sql sql,
      List<String> values,
      Optional<String> expected,
      Attempt attempt)
      throws SQLException, StepFailure {
    try (PreparedStatement statement = connection.prepareStatement(sql.query())) {
      if (!attempt.isCleanup()) {
        statement.setMaxRows(1);
      }
      statement.setQueryTimeout(seconds(attempt.left()));
      for (int i = 0; i < values.size(); i++) {
        statement.setString(i + 1, values.get(i));
      }
      SequencedMap<String, String> captured = new LinkedHashMap<>();
      if (!statement.execute()) {
        if (expected.isPresent() || sql.capture().isPresent()) {
          throw StepFailure.failed("the query has no result");
        }
        return captured;
      }
      try (ResultSet rows = statement.getResultSet()) {
        if (!rows.next()) {
          throw StepFailure.failed("no row");
        }
        String value = rows.getString(1);
        if (expected.isPresent() && !expected.get().equals(value)) {
          throw StepFailure.failed(
              "the value is "
                  + (value == null ? "NULL" : Quoting.quote(value))
                  + " instead of "
                  + Quoting.quote(expected.get()));
        }
        if (sql.capture().isPresent()) {
          if (value == null || value.length() > TEXT_MOST) {
            throw StepFailure.failed("the value is " + (value == null ? "NULL" : "too long"));
          }
          captured.put(sql.capture().get(), value);
        }
        return captured;
      }
    }
  }

  private static void restrict(Connection connection, Attempt attempt) throws SQLException {
    connection.setAutoCommit(true);
    connection.setReadOnly(!attempt.isCleanup());
    try {
      connection.setNetworkTimeout(
          Runnable::run, Math.toIntExact(Math.min(Integer.MAX_VALUE, attempt.left().toMillis())));
    } catch (SQLException | LinkageError e) {
      LOG.debug("the driver knows no time-out; the run gives the connection up by itself", e);
    }
  }

  /** Any thread; what is under way on the connection ends. */
  private static void abort(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException | LinkageError e) {
      LOG.debug("a connection ends by the interrupt only, or when the database answers", e);
    }
  }

  /** What only the driver of PostgreSQL knows; others may refuse names that they do not know. */
  private static Properties properties(String url, Duration left) {
    Properties properties = new Properties();
    if (url.startsWith(POSTGRESQL)) {
      String seconds = Integer.toString(seconds(left));
      properties.setProperty("connectTimeout", seconds);
      properties.setProperty("socketTimeout", seconds);
      properties.setProperty("ApplicationName", "mainstay-transaction");
      // The values have whatever type the query gives them.
      properties.setProperty("stringtype", "unspecified");
      // Without a transaction too, the database itself refuses what writes.
      properties.setProperty("readOnlyMode", "always");
      properties.setProperty("maxResultBuffer", RESULT_MOST);
    }
    return properties;
  }

  private static int seconds(Duration left) {
    return Math.clamp((left.toMillis() + 999) / 1000, 1, 86_400);
  }

  private static StepFailure failure(SQLException problem) {
    String state = String.valueOf(problem.getSQLState());
    String reason = Quoting.message(problem) + " (SQLSTATE " + state + ")";
    return OUR_FAULT.stream().anyMatch(state::startsWith) || reason.contains("Too many open files")
        ? StepFailure.unknown(reason)
        : StepFailure.failed(reason);
  }

  private static String protocol(String url) {
    int second = url.indexOf(':', url.indexOf(':') + 1);
    return second < 0 ? url : url.substring(0, second + 1);
  }
}

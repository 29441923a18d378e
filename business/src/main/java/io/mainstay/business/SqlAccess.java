package io.mainstay.business;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections to databases that are opened for one query, with limits that no driver may exceed.
 */
final class SqlAccess {
  private static final Logger LOG = LoggerFactory.getLogger(SqlAccess.class);
  private static final String POSTGRESQL = "jdbc:postgresql:";
  private static final String RESULT_MOST = "16M";

  /** Of SQLSTATE: the file or the account are wrong, whatever the business does. */
  private static final List<String> OUR_FAULT = List.of("28", "42501", "42601", "25006");

  private SqlAccess() {}

  /**
   * Connects.
   *
   * @param application by which the database knows us
   * @param left of the time that it may take
   * @throws StepFailure if no driver takes the address
   */
  static Connection connect(Drivers drivers, String url, String application, Duration left)
      throws SQLException, StepFailure {
    Driver driver = drivers.driver(url).orElseThrow(() -> noDriver(url));
    Connection connection = driver.connect(url, properties(url, application, left));
    if (connection == null) {
      throw noDriver(url);
    }
    return connection;
  }

  private static StepFailure noDriver(String url) {
    return StepFailure.unknown("no driver takes " + Quoting.quote(protocol(url)));
  }

  /** Lets the connection do no more than it must. */
  static void restrict(Connection connection, boolean readOnly, Duration left) throws SQLException {
    connection.setAutoCommit(true);
    connection.setReadOnly(readOnly);
    try {
      connection.setNetworkTimeout(
          Runnable::run, Math.toIntExact(Math.min(Integer.MAX_VALUE, left.toMillis())));
    } catch (SQLException | LinkageError e) {
      LOG.debug("the driver knows no time-out; who waits gives the connection up by himself", e);
    }
  }

  /** Any thread; what is under way on the connection ends. */
  static void abort(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException | LinkageError e) {
      LOG.debug("a connection ends by the interrupt only, or when the database answers", e);
    }
  }

  /** What only the driver of PostgreSQL knows; others may refuse names that they do not know. */
  private static Properties properties(String url, String application, Duration left) {
    Properties properties = new Properties();
    if (url.startsWith(POSTGRESQL)) {
      String seconds = Integer.toString(seconds(left));
      properties.setProperty("connectTimeout", seconds);
      properties.setProperty("socketTimeout", seconds);
      properties.setProperty("ApplicationName", application);
      // The values have whatever type the query gives them.
      properties.setProperty("stringtype", "unspecified");
      // Without a transaction too, the database itself refuses what writes.
      properties.setProperty("readOnlyMode", "always");
      properties.setProperty("maxResultBuffer", RESULT_MOST);
    }
    return properties;
  }

  /** Whole seconds, at least one. */
  static int seconds(Duration left) {
    return Math.clamp((left.toMillis() + 999) / 1000, 1, 86_400);
  }

  /** Whether the database failed, or only we could not ask it. */
  static StepFailure failure(SQLException problem) {
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

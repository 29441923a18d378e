package io.mainstay.business;

import io.mainstay.model.spec.TransactionSpec.Action;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A query over a connection of its own. Steps may only read; those of the cleanup may change what
 * the run left behind.
 */
final class SqlStep {
  private static final int TEXT_MOST = 1 << 20;

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
    try (Connection connection =
        SqlAccess.connect(drivers, url, "mainstay-transaction", attempt.left())) {
      attempt.endsBy(() -> SqlAccess.abort(connection));
      SqlAccess.restrict(connection, !attempt.isCleanup(), attempt.left());
      return query(connection, sql, values, expected, attempt);
    } catch (SQLException e) {
      throw SqlAccess.failure(e);
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
      statement.setQueryTimeout(SqlAccess.seconds(attempt.left()));
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
}

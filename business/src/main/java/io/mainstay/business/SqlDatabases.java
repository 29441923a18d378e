package io.mainstay.business;

import io.mainstay.model.spec.Checks.Condition;
import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.model.state.TransactionRun;
import io.mainstay.ports.Databases;
import io.mainstay.ports.Prober.Outcome;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks databases over the drivers that are shipped and those of jars in folders. Each question has
 * a connection of its own and may only read. Any thread.
 */
public final class SqlDatabases implements Databases, AutoCloseable {
  private final Drivers drivers;

  /**
   * Nothing is loaded before the first question is asked.
   *
   * @param folders with jars of drivers; those that do not exist have none
   */
  public SqlDatabases(List<Path> folders) {
    this.drivers = new Drivers(List.copyOf(folders));
  }

  @Override
  public Question question(Probe.Sql probe, Duration within) {
    return new OneQuery(drivers, probe, within);
  }

  /** Lets the jars go. */
  @Override
  public void close() {
    drivers.close();
  }

  private static final class OneQuery implements Question {
    private final Drivers drivers;
    private final Probe.Sql probe;
    private final Duration within;
    private @Nullable Connection connection;
    private boolean over;

    OneQuery(Drivers drivers, Probe.Sql probe, Duration within) {
      this.drivers = drivers;
      this.probe = probe;
      this.within = within;
    }

    @Override
    public Answer ask() {
      try (Connection opened = SqlAccess.connect(drivers, probe.url(), "mainstay-check", within)) {
        if (!isWanted(opened)) {
          return new Answer(Outcome.FAIL, "the database let us in too late");
        }
        SqlAccess.restrict(opened, true, within);
        return new Answer(Outcome.PASS, query(opened));
      } catch (SQLException e) {
        return answer(SqlAccess.failure(e));
      } catch (StepFailure e) {
        return answer(e);
      } catch (LinkageError e) {
        return answer(StepFailure.unknown("the driver does not work: " + Quoting.message(e)));
      }
    }

    private Answer answer(StepFailure failure) {
      return new Answer(
          failure.outcome() == TransactionRun.Outcome.FAILED ? Outcome.FAIL : Outcome.UNKNOWN,
          UrlSecrets.hide(probe.url(), failure.reason()));
    }

    private synchronized boolean isWanted(Connection opened) {
      connection = opened;
      return !over;
    }

    @Override
    public void end() {
      Connection known;
      synchronized (this) {
        over = true;
        known = connection;
      }
      if (known != null) {
        // Some drivers say goodbye first, which may take as long as the answer.
        Thread.ofPlatform().daemon().name("sql-end").start(() -> SqlAccess.abort(known));
      }
    }

    private String query(Connection opened) throws SQLException, StepFailure {
      try (PreparedStatement statement = opened.prepareStatement(probe.query())) {
        statement.setMaxRows(1);
        statement.setQueryTimeout(SqlAccess.seconds(within));
        for (int i = 0; i < probe.with().size(); i++) {
          statement.setString(i + 1, probe.with().get(i));
        }
        if (!statement.execute()) {
          if (probe.expect().isPresent()) {
            throw StepFailure.failed("the query has no result");
          }
          return "done";
        }
        try (ResultSet rows = statement.getResultSet()) {
          if (!rows.next()) {
            throw StepFailure.failed("no row");
          }
          return judged(rows.getString(1));
        }
      }
    }

    private String judged(@Nullable String value) throws StepFailure {
      String shown = value == null ? "NULL" : Quoting.quote(value);
      Optional<String> expected = probe.expect();
      if (expected.isEmpty()) {
        return "the value is " + shown;
      }
      Optional<Condition> condition = Condition.parse(expected.get());
      boolean holds =
          condition.isPresent()
              ? condition.get().holds(number(value))
              : expected.get().equals(value);
      if (!holds) {
        throw StepFailure.failed(
            "the value is " + shown + " instead of " + Quoting.quote(expected.get()));
      }
      return "the value is " + shown;
    }

    /** No number stands in no relation to any. */
    private static double number(@Nullable String value) {
      try {
        return value == null ? Double.NaN : Double.parseDouble(value);
      } catch (NumberFormatException e) {
        return Double.NaN;
      }
    }
  }
}

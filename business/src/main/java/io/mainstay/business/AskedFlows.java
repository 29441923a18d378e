package io.mainstay.business;

import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.FlowSpec;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.FlowKey;
import io.mainstay.ports.FlowQueries;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.ProcessHost;
import io.mainstay.ports.SecretSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Asks databases for the keys of what followed, each time over a connection of its own that may
 * only read, and Prometheus servers how much followed; on a thread of its own. While one hangs its
 * flow is not asked for again. Any thread.
 */
public final class AskedFlows implements FlowQueries, AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Drivers drivers;
  private final SequencedMap<String, String> inherited;
  private final Supplier<Deployment> deployment;
  private final Commands commands;
  private final SecretSource secrets;
  private final Mailbox mailbox;

  /** What is asked now, perhaps for ever, and what ends it. */
  private final Map<FlowKey, AtomicReference<Runnable>> underWay = new ConcurrentHashMap<>();

  /**
   * Nothing is asked yet.
   *
   * @param folders with jars of drivers
   * @param environment Mainstay's own
   * @param deployment whose services have the variables; any thread
   * @param processes runs the commands of variables
   * @param mailbox where answers go
   */
  public AskedFlows(
      List<Path> folders,
      SequencedMap<String, String> environment,
      Supplier<Deployment> deployment,
      ProcessHost processes,
      SecretSource secrets,
      Mailbox mailbox) {
    this.drivers = new Drivers(List.copyOf(folders));
    this.inherited = new LinkedHashMap<>(environment);
    this.deployment = deployment;
    this.commands = new Commands(processes);
    this.secrets = secrets;
    this.mailbox = mailbox;
  }

  @Override
  public void ask(FlowKey flow, FlowSpec.Asked asked, Consumer<Answer> done) {
    AtomicReference<Runnable> abort = new AtomicReference<>(() -> {});
    if (underWay.putIfAbsent(flow, abort) != null) {
      mailbox.post(
          () -> done.accept(new Answer.Failed("the query before this one still has no answer")));
      return;
    }
    AtomicBoolean answered = new AtomicBoolean();
    Consumer<Answer> answer =
        said -> {
          if (answered.compareAndSet(false, true)) {
            mailbox.post(() -> done.accept(said));
          }
        };
    Thread worker =
        thread(asked)
            .name("flow-query-" + flow)
            .unstarted(() -> {
              Answer said;
              try {
                said = answered(flow, asked, abort);
              } finally {
                underWay.remove(flow);
              }
              answer.accept(said);
            });
    mailbox.after(
        LIMIT,
        () -> {
          if (answered.get()) {
            return;
          }
          answer.accept(new Answer.Failed("no answer within " + LIMIT.toSeconds() + " s"));
          worker.interrupt();
          end(abort.get());
        });
    worker.start();
  }

  /** Drivers may hold a carrier; a request of ours ends at once when its thread is interrupted. */
  private static Thread.Builder thread(FlowSpec.Asked asked) {
    return switch (asked) {
      case FlowSpec.Sql _ -> Thread.ofPlatform().daemon();
      case FlowSpec.Promql _ -> Thread.ofVirtual();
    };
  }

  private Answer answered(FlowKey flow, FlowSpec.Asked asked, AtomicReference<Runnable> abort) {
    Deployment now = deployment.get();
    Optional<ServiceSpec> service = now.service(flow.service());
    if (service.isEmpty()) {
      return new Answer.Failed("there is no service " + flow.service());
    }
    ServiceEnvironment environment =
        new ServiceEnvironment(
            new LinkedHashMap<>(),
            service.get(),
            inherited,
            now.baseDirectory(),
            secrets,
            commands);
    return switch (asked) {
      case FlowSpec.Sql sql -> found(environment, sql, abort);
      case FlowSpec.Promql promql -> {
        try {
          yield PrometheusCounter.read(
              promql.url(), Expanding.expand(promql.query(), environment::value));
        } catch (StepFailure e) {
          yield new Answer.Failed(environment.withoutSecrets(e.reason()));
        } catch (InterruptedException e) {
          yield new Answer.Failed("interrupted");
        }
      }
    };
  }

  private Answer found(
      ServiceEnvironment environment, FlowSpec.Sql sql, AtomicReference<Runnable> abort) {
    String url = sql.url();
    try {
      url = Expanding.expand(url, environment::value);
      return found(url, sql.query(), abort);
    } catch (SQLException e) {
      return failed(environment, url, SqlAccess.failure(e).reason());
    } catch (StepFailure e) {
      return failed(environment, url, e.reason());
    } catch (InterruptedException e) {
      return new Answer.Failed("interrupted");
    } catch (LinkageError | RuntimeException e) {
      return failed(environment, url, "the driver does not work: " + Quoting.message(e));
    }
  }

  private static Answer failed(ServiceEnvironment environment, String url, String reason) {
    return new Answer.Failed(environment.withoutSecrets(UrlSecrets.hide(url, reason)));
  }

  private Answer found(String url, String query, AtomicReference<Runnable> abort)
      throws SQLException, StepFailure {
    try (Connection connection = SqlAccess.connect(drivers, url, "mainstay-flow", LIMIT)) {
      abort.set(() -> SqlAccess.abort(connection));
      SqlAccess.restrict(connection, true, LIMIT);
      try (PreparedStatement statement = connection.prepareStatement(query)) {
        statement.setMaxRows(MOST_KEYS + 1);
        statement.setQueryTimeout(SqlAccess.seconds(LIMIT));
        if (!statement.execute()) {
          throw StepFailure.unknown("the query has no result");
        }
        List<String> keys = new ArrayList<>();
        try (ResultSet rows = statement.getResultSet()) {
          while (rows.next()) {
            String key = rows.getString(1);
            if (key != null && keys.size() == MOST_KEYS) {
              return new Answer.Found(keys, true);
            } else if (key != null) {
              keys.add(key);
            }
          }
        }
        return new Answer.Found(keys, false);
      }
    }
  }

  /** Some drivers say goodbye first, which may take as long as the answer. */
  private static void end(Runnable abort) {
    Thread.ofPlatform().daemon().name("sql-end").start(abort);
  }

  /** Ends what is under way and lets the jars go. */
  @Override
  public void close() {
    underWay.values().forEach(abort -> end(abort.get()));
    drivers.close();
  }
}

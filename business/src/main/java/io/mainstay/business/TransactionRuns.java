package io.mainstay.business;

import io.mainstay.model.Address;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.TransactionKey;
import io.mainstay.model.state.TransactionRun;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.MarkedCalls;
import io.mainstay.ports.ProcessHost;
import io.mainstay.ports.Randomness;
import io.mainstay.ports.SecretSource;
import io.mainstay.ports.Time;
import io.mainstay.ports.TransactionRunner;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs transactions for real: requests through the listeners of this machine, as a user makes them,
 * but marked as ours; queries; commands. Each run has a virtual thread, each of its steps another
 * one, and neither knows of any other run: cookies and captured values are its own. {@link #run}
 * may be called by one thread at a time.
 */
public final class TransactionRuns implements TransactionRunner {
  private static final Logger LOG = LoggerFactory.getLogger(TransactionRuns.class);

  private final TransactionSettings settings;
  private final Supplier<Deployment> deployment;
  private final Function<String, Optional<Address>> listening;
  private final MarkedCalls calls;
  private final SecretSource secrets;
  private final Mailbox mailbox;
  private final Time time;
  private final Randomness randomness;
  private final Commands commands;
  private final Drivers drivers;
  private final StepWork work;
  private final Semaphore places;
  private final Map<String, Thread> living = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * Nothing runs yet.
   *
   * @param deployment what the gateway of this machine was told; any thread
   * @param listening where it has a listener open, by name; any thread
   * @param calls what it saw of our requests
   * @param processes runs commands; its results may come in another mailbox than ours
   * @param mailbox where results go
   */
  public TransactionRuns(
      TransactionSettings settings,
      Supplier<Deployment> deployment,
      Function<String, Optional<Address>> listening,
      MarkedCalls calls,
      ProcessHost processes,
      SecretSource secrets,
      Mailbox mailbox,
      Time time,
      Randomness randomness) {
    this.settings = settings;
    this.deployment = deployment;
    this.listening = listening;
    this.calls = calls;
    this.secrets = secrets;
    this.mailbox = mailbox;
    this.time = time;
    this.randomness = randomness;
    this.commands = new Commands(processes);
    this.drivers = new Drivers(settings.drivers());
    Trust trust = new Trust();
    this.work =
        new StepWork(
            new HttpStep(settings.probeSecret(), trust, time::wallClock),
            new GrpcStep(new GrpcTargets(settings.instances()), trust),
            new SqlStep(drivers),
            new CommandStep(commands));
    this.places = new Semaphore(settings.mostRuns());
  }

  @Override
  public void run(Request request, Consumer<TransactionRun> done) {
    if (closed) {
      return;
    }
    if (!places.tryAcquire()) {
      deliver(unknown(request, settings.mostRuns() + " runs are under way already"), done);
      return;
    }
    String id = randomness.nextToken();
    RunThreads threads = new RunThreads(places);
    threads.start("transaction-" + request.key(), () -> run(id, request, threads, done));
  }

  /** Ends what is under way; commands that were begun are killed at their time-out. */
  @Override
  public void close() {
    closed = true;
    living.values().forEach(Thread::interrupt);
    living.clear();
    drivers.close();
  }

  private void run(String id, Request request, RunThreads threads, Consumer<TransactionRun> done) {
    living.put(id, Thread.currentThread());
    try {
      if (!closed) {
        deliver(execute(id, request, threads), done);
      }
    } catch (InterruptedException e) {
      LOG.debug("the run {} of {} was ended", id, request.key());
    } catch (RuntimeException e) {
      LOG.warn("a run of {} broke", request.key(), e);
      deliver(unknown(request, "the run broke: " + e), done);
    } finally {
      living.remove(id);
    }
  }

  private TransactionRun execute(String id, Request request, RunThreads threads)
      throws InterruptedException {
    TransactionKey key = request.key();
    Deployment current = deployment.get();
    Optional<ServiceSpec> service = current.service(key.service());
    if (service.isEmpty()) {
      return unknown(request, "there is no service " + key.service());
    }
    SequencedMap<String, String> given = new LinkedHashMap<>();
    given.put("MAINSTAY_SERVICE", key.service().value());
    given.put("MAINSTAY_TRANSACTION", id);
    Names names =
        new Names(
            new ServiceEnvironment(
                given,
                service.get(),
                settings.environment(),
                current.baseDirectory(),
                secrets,
                commands));
    Attempt.Shared shared =
        new Attempt.Shared(
            key.service(),
            request.pins(),
            names,
            new CookieJar(),
            new Entrances(current, listening),
            current.baseDirectory());
    return new Run(id, key, request.spec(), shared, work, calls, threads, time).execute();
  }

  private TransactionRun unknown(Request request, String reason) {
    return new TransactionRun(
        request.key(),
        request.pins(),
        TransactionRun.Outcome.UNKNOWN,
        Optional.of(
            new TransactionRun.Failure(
                0,
                request.spec().steps().isEmpty() ? "" : request.spec().steps().getFirst().label(),
                request.key().service(),
                Optional.empty(),
                reason)),
        List.of(),
        List.of(),
        time.wallClock(),
        Duration.ZERO);
  }

  private void deliver(TransactionRun run, Consumer<TransactionRun> done) {
    mailbox.post(() -> {
      if (!closed) {
        done.accept(run);
      }
    });
  }
}

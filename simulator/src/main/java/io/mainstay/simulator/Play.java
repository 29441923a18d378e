package io.mainstay.simulator;

import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.scenario.Ending;
import io.mainstay.model.scenario.Expectation;
import io.mainstay.model.scenario.Script;
import io.mainstay.model.scenario.Script.Load;
import io.mainstay.model.scenario.TranscriptLine;
import io.mainstay.model.spec.ServiceSpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;

/**
 * Plays one script from its start to its end, as {@link Simulation} does with what it draws: every
 * invariant is looked at after every event. The same script gives the same transcript. One thread.
 */
public final class Play {
  private static final Duration LOOK = Duration.ofMillis(100);

  private final Script script;
  private final World world;
  private final Scribe scribe;
  private final Acts acts;
  private final List<String> remarks;
  private final SequencedMap<ServiceName, ScriptedClients> clients = new LinkedHashMap<>();
  private final SequencedMap<Expectation.Serving, String> servedOtherwise = new LinkedHashMap<>();
  private final List<Invariant> invariants = Invariant.all();
  private Optional<String> broken = Optional.empty();

  /**
   * A play that has not begun.
   *
   * @param environment of the servers, from which names in the file are filled in
   * @param reader gets each line as it is written
   * @param verbose whether details of the inside are written, too
   */
  public Play(
      Script script,
      SequencedMap<String, String> environment,
      Consumer<TranscriptLine> reader,
      boolean verbose) {
    this.script = script;
    Simulable simulable = Simulable.of(script.deployment());
    remarks = simulable.remarks();
    world =
        new World(
            script,
            simulable.deployment(),
            new Surroundings(environment, Optional.of("simulated")));
    scribe = new Scribe(world, reader, verbose);
    acts = new Acts(world, scribe);
    script
        .load()
        .forEach((service, steps) ->
            clients.put(service, new ScriptedClients(world, service, world.split())));
  }

  /** Runs it to its end. */
  public Ending run() {
    remarks.forEach(remark -> scribe.line("", "remark", "", remark));
    try {
      begin();
      long end = script.length().toNanos();
      while (world.time().now().nanos() < end && world.step()) {
        lookAtInvariants();
      }
    } catch (RuntimeException | AssertionError bug) {
      broken = Optional.of("it threw " + bug);
      scribe.line("", "broken", "", broken.get());
    }
    return end();
  }

  private void begin() {
    script.acts().forEach(act -> world.time().schedule(act.at(), () -> acts.happen(act)));
    script.load().forEach((service, steps) -> steps.forEach(step -> schedule(service, step)));
    for (Expectation expectation : script.expectations()) {
      if (expectation instanceof Expectation.Serving serving) {
        world
            .time()
            .schedule(
                serving.at(),
                () ->
                    Judge.missed(serving, scribe)
                        .ifPresent(found -> servedOtherwise.put(serving, found)));
      }
    }
    world.beginTogether();
    look();
  }

  private void schedule(ServiceName service, Load step) {
    world
        .time()
        .schedule(
            step.from(),
            () -> {
              scribe.line("", "load", service.value(), describe(step));
              Optional.ofNullable(clients.get(service)).ifPresent(all -> all.load(step));
            });
  }

  private static String describe(Load step) {
    String what =
        step.clients() > 0
            ? step.clients() + " clients"
            : String.format(Locale.ROOT, "%s requests/s", number(step.rate()));
    return what + (step.posts() > 0 ? ", " + number(step.posts() * 100) + "% POST" : "");
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  private void look() {
    clients.forEach((service, all) -> {
      all.look();
      all.toll().news(world.time().now()).ifPresent(news -> traffic(service, news));
    });
    scribe.lookAtServing();
    world.time().schedule(LOOK, this::look);
  }

  private void traffic(ServiceName service, String news) {
    scribe.line("", "traffic", service.value(), news);
  }

  private void lookAtInvariants() {
    if (broken.isPresent()) {
      return;
    }
    for (Invariant invariant : invariants) {
      Optional<String> problem = invariant.broken(world);
      if (problem.isPresent()) {
        broken = Optional.of(invariant.claim() + ": " + problem.get());
        scribe.line("", "broken", "", broken.get());
        return;
      }
    }
  }

  private Ending end() {
    clients.forEach((service, all) ->
        all.toll().close(world.time().now()).ifPresent(news -> traffic(service, news)));
    List<Ending.Service> services =
        script.deployment().services().stream().map(this::service).toList();
    Judge judge = new Judge(scribe, services);
    judge.servedOtherwise(servedOtherwise);
    return new Ending(
        script.seed(),
        script.length(),
        services,
        invariants.stream().map(Invariant::claim).toList(),
        broken,
        script.expectations().stream().map(judge::check).toList());
  }

  private Ending.Service service(ServiceSpec spec) {
    Optional<Toll> toll = Optional.ofNullable(clients.get(spec.name())).map(ScriptedClients::toll);
    return new Ending.Service(
        spec.name().value(),
        toll.map(Toll::requests).orElse(0L),
        toll.map(Toll::failed).orElse(0L),
        toll.map(Toll::gap).orElse(Duration.ZERO),
        count(spec.name(), EventKind.INSTANCE_RESTARTED),
        count(spec.name(), EventKind.STANDBY_PROMOTED),
        scribe.fewest(spec.name()));
  }

  private long count(ServiceName service, EventKind kind) {
    return scribe.events().stream()
        .filter(seen -> seen.event().kind() == kind)
        .filter(seen ->
            seen.event().instance().map(InstanceId::service).filter(service::equals).isPresent())
        .count();
  }
}

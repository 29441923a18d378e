package io.mainstay.spec.build;

import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Command;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads an operator's command of a scenario, in the words of the command line. */
final class OrderWords {
  private static final String REASON = "scenario";

  private final ScenarioNames names;
  private final Optional<Duration> lasting;
  private final boolean force;

  OrderWords(ScenarioNames names, Optional<Duration> lasting, boolean force) {
    this.names = names;
    this.lasting = lasting;
    this.force = force;
  }

  /** What came of reading. */
  sealed interface Outcome {
    /** It can be submitted. */
    record Read(Command command) implements Outcome {}

    /** It cannot be read. */
    record Bad(String expected) implements Outcome {}
  }

  Outcome read(String text) {
    List<String> words = List.of(text.split(" "));
    String subject = words.size() > 1 ? words.get(1) : "";
    Outcome outcome =
        switch (words.getFirst()) {
          case "restart" -> restart(subject);
          case "drain" -> hold(subject, true);
          case "isolate" -> hold(subject, false);
          case "release" -> release(subject);
          case "promote" ->
              instance(subject).map(this::promote).orElseGet(() -> bad("promote INSTANCE"));
          case "scale" -> scale(subject, words);
          case "pause" -> ofService(subject, true);
          case "resume" -> ofService(subject, false);
          case "evacuate" ->
              subject.isEmpty()
                  ? bad("evacuate ZONE")
                  : new Outcome.Read(new Command.Evacuate(subject, lasting, force, REASON));
          default ->
              bad(
                  "restart, drain, isolate, release, promote, scale, pause, resume or evacuate"
                      + " with its subject");
        };
    boolean tooMany = words.size() > (words.getFirst().equals("scale") ? 3 : 2);
    return tooMany && outcome instanceof Outcome.Read ? bad("one subject") : outcome;
  }

  private Outcome restart(String subject) {
    if (names.isService(subject)) {
      return new Outcome.Read(new Command.RestartService(new ServiceName(subject), force, REASON));
    }
    return instance(subject)
        .<Outcome>map(id -> new Outcome.Read(new Command.RestartInstance(id, force, REASON)))
        .orElseGet(() -> bad("restart with a service or an instance of this scenario"));
  }

  private Outcome hold(String subject, boolean drain) {
    if (drain && names.isMachine(subject)) {
      return new Outcome.Read(new Command.DrainNode(new NodeName(subject), lasting, REASON));
    }
    return instance(subject)
        .<Outcome>map(id ->
            new Outcome.Read(
                drain
                    ? new Command.Drain(id, lasting, force, REASON)
                    : new Command.Isolate(id, lasting, force, REASON)))
        .orElseGet(() ->
            bad(
                drain
                    ? "drain with an instance or a machine of this scenario"
                    : "isolate with an instance of this scenario"));
  }

  private Outcome release(String subject) {
    if (names.isMachine(subject)) {
      return new Outcome.Read(new Command.ReleaseNode(new NodeName(subject), REASON));
    }
    return instance(subject)
        .<Outcome>map(id -> new Outcome.Read(new Command.Release(id, REASON)))
        .orElseGet(() -> bad("release with an instance or a machine of this scenario"));
  }

  private Outcome promote(InstanceId id) {
    return new Outcome.Read(new Command.Promote(id, force, REASON));
  }

  private Outcome scale(String subject, List<String> words) {
    if (!names.isService(subject) || words.size() != 3 || !words.get(2).matches("[0-9]{1,5}")) {
      return bad("scale with a service of this scenario and a number");
    }
    return new Outcome.Read(
        new Command.Scale(
            new ServiceName(subject), Integer.parseInt(words.get(2)), lasting, force, REASON));
  }

  private Outcome ofService(String subject, boolean pause) {
    if (!subject.isEmpty() && !names.isService(subject)) {
      return bad((pause ? "pause" : "resume") + " alone or with a service of this scenario");
    }
    Optional<ServiceName> service =
        subject.isEmpty() ? Optional.empty() : Optional.of(new ServiceName(subject));
    return new Outcome.Read(
        pause ? new Command.Pause(service, lasting, REASON) : new Command.Resume(service, REASON));
  }

  private Optional<InstanceId> instance(String subject) {
    return names.instance(subject);
  }

  private static Outcome bad(String expected) {
    return new Outcome.Bad(expected);
  }
}

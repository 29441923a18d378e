package io.mainstay.controller;

import io.mainstay.controller.Published.ServiceState;
import io.mainstay.decisions.fleet.Member;
import io.mainstay.decisions.fleet.ServiceView;
import io.mainstay.decisions.placement.NodeView;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Operation;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.ServiceRevision;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** When an operation is done: read from the state, not from the steps that lead to it. */
@FunctionalInterface
interface Goal {
  /** How far it is. */
  Progress progress(Published now);

  /**
   * How far an operation is.
   *
   * @param state running until the goal is reached
   * @param message one sentence
   */
  record Progress(Operation.State state, String message) {
    static Progress done(String message) {
      return new Progress(Operation.State.DONE, message);
    }

    static Progress running(String message) {
      return new Progress(Operation.State.RUNNING, message);
    }

    static Progress failed(String message) {
      return new Progress(Operation.State.FAILED, message);
    }
  }

  /** At once. */
  static Goal done(String message) {
    return _ -> Progress.done(message);
  }

  /** Not at all. */
  static Goal failed(String message) {
    return _ -> Progress.failed(message);
  }

  /** All services of an apply run as the file wants them, and nothing else does. */
  static Goal applied(long generation) {
    return now -> {
      if (now.generation() < generation) {
        return Progress.running("not taken in yet");
      }
      List<String> waiting = new ArrayList<>();
      for (Map.Entry<ServiceName, ServiceState> entry : now.services().entrySet()) {
        ServiceView view = entry.getValue().view();
        if (view.wanted().isEmpty()) {
          if (!view.members().isEmpty()) {
            waiting.add(view.name() + " ends");
          }
          continue;
        }
        Optional<String> halted =
            entry.getValue().memory().rollout().halt().map(halt -> halt.reason());
        if (halted.isPresent() && now.generation() == generation) {
          return Progress.failed("rollout of " + view.name() + " halted: " + halted.get());
        }
        settled(entry.getValue()).ifPresent(why -> waiting.add(view.name() + ": " + why));
      }
      return waiting.isEmpty()
          ? Progress.done("everything runs as the file wants it")
          : Progress.running(String.join("; ", waiting));
    };
  }

  /** As many serve as should. */
  static Goal scaled(ServiceName service, int wanted) {
    return now -> {
      Optional<ServiceState> state = now.service(service);
      if (state.isEmpty()) {
        return Progress.failed("there is no service " + service + " any more");
      }
      int desired = state.get().memory().desired().orElse(-1);
      if (desired != wanted) {
        return Progress.running(desired + " should serve, " + wanted + " were asked for");
      }
      return settled(state.get())
          .map(Progress::running)
          .orElseGet(() -> Progress.done(wanted + " serve"));
    };
  }

  /** These instances have reached their new generation and are ready again. */
  static Goal restarted(Map<InstanceId, Long> generations) {
    return now -> {
      List<String> waiting = new ArrayList<>();
      generations.forEach((id, generation) -> {
        Optional<Member> member = now.member(id).filter(Member::isWanted);
        if (member.isPresent()
            && (member.get().generation() < generation
                || !(member.get().isReady() || member.get().isReadyStandby()))) {
          waiting.add(id + " is " + label(member.get().phase()));
        }
      });
      return waiting.isEmpty()
          ? Progress.done("restarted and ready")
          : Progress.running(String.join(", ", waiting));
    };
  }

  /** Nothing of a service runs. */
  static Goal stopped(ServiceName service) {
    return now -> {
      int left = now.service(service).map(state -> state.view().members().size()).orElse(0);
      return left == 0
          ? Progress.done(service + " is shut down")
          : Progress.running(left + (left == 1 ? " instance is" : " instances are") + " left");
    };
  }

  /** These instances are gone. */
  static Goal replaced(List<InstanceId> instances) {
    return now -> {
      List<InstanceId> left =
          instances.stream()
              .filter(id -> now.member(id).filter(Member::isWanted).isPresent())
              .toList();
      return left.isEmpty()
          ? Progress.done("fresh ones took their place")
          : Progress.running(left + " wait for a fresh one");
    };
  }

  /** An instance is out of the traffic, and nothing is in flight on it. */
  static Goal held(InstanceId id) {
    return member(
        id,
        member ->
            member.inFlight() == 0
                && (member.phase() == Phase.HELD || (!member.isRun() && !running(member))));
  }

  /** An instance is on its way back. */
  static Goal released(InstanceId id) {
    return member(
        id, member -> member.isRun() && member.phase() != Phase.HELD && !member.restartPending());
  }

  /** An instance takes traffic. */
  static Goal serving(InstanceId id) {
    return member(id, Member::inTraffic);
  }

  /** Nothing has its place on a node any more. */
  static Goal emptied(NodeName name) {
    return now -> {
      Optional<NodeView> node = now.node(name);
      if (node.isEmpty()) {
        return Progress.failed(name + " does not belong to the cluster any more");
      }
      int left = node.get().occupants().size();
      return left == 0
          ? Progress.done(name + " is empty")
          : Progress.running(left + (left == 1 ? " instance is" : " instances are") + " left");
    };
  }

  private static boolean running(Member member) {
    return member.phase() == Phase.READY || member.phase() == Phase.DRAINING;
  }

  private static Goal member(InstanceId id, Predicate<Member> reached) {
    return now -> {
      Optional<Member> member = now.member(id);
      if (member.isEmpty()) {
        return Progress.failed(id + " is gone");
      }
      String phase = id + " is " + label(member.get().phase());
      return reached.test(member.get()) ? Progress.done(phase) : Progress.running(phase);
    };
  }

  /** What a service still waits for; empty: nothing. */
  private static Optional<String> settled(ServiceState state) {
    ServiceView view = state.view();
    if (view.overrides().stop().isPresent()) {
      return view.members().isEmpty()
          ? Optional.empty()
          : Optional.of(view.members().size() + " to go, it is shut down");
    }
    if (state.memory().desired().isEmpty()) {
      return Optional.of("nobody has decided on it yet");
    }
    int desired = state.memory().desired().getAsInt();
    int standbys = view.wanted().map(wanted -> wanted.spec().standby().count()).orElse(0);
    int revision = view.wanted().map(ServiceRevision::revision).orElse(0);
    int serving = 0;
    int ready = 0;
    int old = 0;
    for (Member member : view.members()) {
      if (!member.isWanted() || (member.isRun() && member.assignment().revision() != revision)) {
        old++;
      }
      if (member.inTraffic()) {
        serving++;
      } else if (member.isReadyStandby()) {
        ready++;
      }
    }
    if (serving < desired || ready < standbys || old > 0) {
      return Optional.of(
          serving
              + " of "
              + desired
              + " serve"
              + (standbys > 0 ? ", " + ready + " of " + standbys + " stand by" : "")
              + (old > 0 ? ", " + old + " to go" : ""));
    }
    return Optional.empty();
  }

  private static String label(Phase phase) {
    return phase.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

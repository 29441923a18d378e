package io.mainstay.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.Event;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.Exit;
import io.mainstay.model.state.ProcessIdentity;
import io.mainstay.ports.Coordinator;
import io.mainstay.ports.EventJournal;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.ProcessHost;
import io.mainstay.ports.TrafficControl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** For each invariant a bug that it must find within a few worlds. */
class PlantedBugsTest {
  private static final int WORLDS = 60;

  @Test
  void aTwinOfARunningProcessIsFound() {
    find(
        new OneProcessAnInstance().claim(),
        new Variation() {
          @Override
          public ProcessHost host(ProcessHost real) {
            return new LosesProcesses(real);
          }
        });
  }

  @Test
  void trafficToWhatStillStartsIsFound() {
    find(
        new NoTrafficToTheUnready().claim(),
        new Variation() {
          @Override
          public TrafficControl traffic(TrafficControl real) {
            return new CallsAllReady(real);
          }
        });
  }

  @Test
  void moreThanTheFileAllowsIsFound() {
    find(
        new CountsInBounds().claim(),
        assignments(list -> {
          List<Assignment> more = new ArrayList<>(list);
          for (Assignment one : list) {
            for (int number = 11; number < 16; number++) {
              more.add(with(one, new InstanceId(one.id().service(), number), one.directive()));
            }
          }
          return more;
        }));
  }

  @Test
  void takingAllOutAtOnceIsFound() {
    find(
        new FloorKept().claim(),
        assignments(list ->
            list.stream().anyMatch(one -> one.minGeneration() > 0)
                ? list.stream().map(one -> with(one, one.id(), Directive.DRAIN)).toList()
                : list));
  }

  @Test
  void restartsWithoutDelayAreFound() {
    find(
        new BoundedRestarts().claim(),
        new Variation() {
          @Override
          public Mailbox agentMailbox(Mailbox real) {
            return new Mailbox() {
              @Override
              public void post(Runnable task) {
                real.post(task);
              }

              @Override
              public Cancellable after(Duration delay, Runnable task) {
                return real.after(
                    delay.compareTo(Duration.ofMillis(20)) > 0 ? Duration.ofMillis(20) : delay,
                    task);
              }
            };
          }
        });
  }

  @Test
  void anActWithoutAReasonIsFound() {
    find(
        new DecidedActions().claim(),
        assignments(list ->
            list.stream()
                .map(one ->
                    new Assignment(
                        one.id(),
                        one.revision(),
                        one.role(),
                        one.directive(),
                        one.minGeneration(),
                        " ",
                        one.actor(),
                        one.cause()))
                .toList()));
  }

  @Test
  void aFloodOfEventsIsFound() {
    find(
        new NothingUnbounded().claim(),
        new Variation() {
          @Override
          public EventJournal events(EventJournal real) {
            return new Repeats(real);
          }
        });
  }

  @Test
  void aWorldThatCannotRecoverIsFound() {
    find(
        "it does not recover",
        new Variation() {
          @Override
          public TrafficControl traffic(TrafficControl real) {
            return new CallsNoneReady(real);
          }
        });
  }

  private static Variation assignments(java.util.function.UnaryOperator<List<Assignment>> change) {
    return new Variation() {
      @Override
      public Coordinator controllerCoordinator(Coordinator real) {
        return new ChangedCoordinator(real, change);
      }
    };
  }

  private static Assignment with(Assignment one, InstanceId id, Directive directive) {
    return new Assignment(
        id,
        one.revision(),
        one.role(),
        directive,
        one.minGeneration(),
        one.reason(),
        one.actor(),
        one.cause());
  }

  private static void find(String claim, Variation bug) {
    List<String> others = new ArrayList<>();
    for (long seed = 1; seed <= WORLDS; seed++) {
      Optional<String> violation = new Simulation(seed, bug, 0).run().violation();
      if (violation.filter(what -> what.startsWith(claim)).isPresent()) {
        return;
      }
      violation.ifPresent(others::add);
    }
    assertThat(others).as("nothing found that breaks: %s", claim).contains(claim);
  }

  /** Says of every process that is to be taken over that it is gone. */
  private record LosesProcesses(ProcessHost real) implements ProcessHost {
    @Override
    public void start(StartRequest request, Consumer<StartOutcome> started, Consumer<Exit> exited) {
      real.start(request, started, exited);
    }

    @Override
    public void adopt(
        InstanceId instance,
        ProcessIdentity process,
        Consumer<AdoptOutcome> adopted,
        Consumer<Exit> exited) {
      adopted.accept(new AdoptOutcome.Gone("lost"));
    }

    @Override
    public void find(String nonce, Consumer<Optional<ProcessIdentity>> found) {
      found.accept(Optional.empty());
    }

    @Override
    public void strays(List<String> known, Consumer<List<Stray>> found) {
      found.accept(List.of());
    }

    @Override
    public void signal(ProcessIdentity process, String signal) {
      real.signal(process, signal);
    }

    @Override
    public void kill(ProcessIdentity process, Runnable gone) {
      gone.run();
    }

    @Override
    public void freeze(ProcessIdentity process, boolean frozen, Consumer<Boolean> done) {
      real.freeze(process, frozen, done);
    }

    @Override
    public void run(CommandRequest request, Consumer<CommandOutcome> done) {
      real.run(request, done);
    }

    @Override
    public OptionalInt freePort(InstanceId instance, OptionalInt preferred) {
      return real.freePort(instance, preferred);
    }

    @Override
    public Duration cpuTime(ProcessIdentity process) {
      return real.cpuTime(process);
    }
  }

  private static List<Endpoint> all(List<Endpoint> endpoints, Endpoint.Readiness readiness) {
    return endpoints.stream()
        .map(one ->
            new Endpoint(
                one.id(),
                one.node(),
                one.generation(),
                one.role(),
                one.address().isPresent() ? readiness : one.readiness(),
                one.address()))
        .toList();
  }

  private record CallsAllReady(TrafficControl real) implements TrafficControl {
    @Override
    public void configure(Deployment deployment) {
      real.configure(deployment);
    }

    @Override
    public void publish(NodeName node, List<Endpoint> endpoints) {
      real.publish(node, all(endpoints, Endpoint.Readiness.READY));
    }

    @Override
    public void withdraw(InstanceId instance, long generation, String reason) {
      real.withdraw(instance, generation, reason);
    }

    @Override
    public void drain(
        InstanceId instance, long generation, Duration limit, Consumer<Integer> drained) {
      real.drain(instance, generation, limit, drained);
    }
  }

  private record CallsNoneReady(TrafficControl real) implements TrafficControl {
    @Override
    public void configure(Deployment deployment) {
      real.configure(deployment);
    }

    @Override
    public void publish(NodeName node, List<Endpoint> endpoints) {
      real.publish(node, all(endpoints, Endpoint.Readiness.NOT_READY));
    }

    @Override
    public void withdraw(InstanceId instance, long generation, String reason) {
      real.withdraw(instance, generation, reason);
    }

    @Override
    public void drain(
        InstanceId instance, long generation, Duration limit, Consumer<Integer> drained) {
      real.drain(instance, generation, limit, drained);
    }
  }

  private record Repeats(EventJournal real) implements EventJournal {
    @Override
    public Event append(Event event) {
      for (int i = 0; i < 500; i++) {
        real.append(event);
      }
      return real.append(event);
    }

    @Override
    public List<Event> after(Optional<String> cursor, int limit) {
      return real.after(cursor, limit);
    }

    @Override
    public boolean knows(String cursor) {
      return real.knows(cursor);
    }

    @Override
    public List<Event> latest(int limit) {
      return real.latest(limit);
    }

    @Override
    public AutoCloseable subscribe(Consumer<Event> listener) {
      return real.subscribe(listener);
    }
  }
}

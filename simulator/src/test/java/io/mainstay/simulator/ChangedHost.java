package io.mainstay.simulator;

import io.mainstay.model.InstanceId;
import io.mainstay.model.state.Exit;
import io.mainstay.model.state.ProcessIdentity;
import io.mainstay.ports.ProcessHost;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Passes everything on; planted bugs override what they spoil. */
class ChangedHost implements ProcessHost {
  private final ProcessHost real;

  ChangedHost(ProcessHost real) {
    this.real = real;
  }

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
    real.adopt(instance, process, adopted, exited);
  }

  @Override
  public void find(String nonce, Consumer<Optional<ProcessIdentity>> found) {
    real.find(nonce, found);
  }

  @Override
  public void strays(List<String> known, Consumer<List<Stray>> found) {
    real.strays(known, found);
  }

  @Override
  public void signal(ProcessIdentity process, String signal) {
    real.signal(process, signal);
  }

  @Override
  public void kill(ProcessIdentity process, Runnable gone) {
    real.kill(process, gone);
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

  /** Says of every process that is to be taken over that it is gone. */
  static final class LosesProcesses extends ChangedHost {
    LosesProcesses(ProcessHost real) {
      super(real);
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
    public void kill(ProcessIdentity process, Runnable gone) {
      gone.run();
    }
  }

  /** Calls every run the first one. */
  static final class CountsAnew extends ChangedHost {
    CountsAnew(ProcessHost real) {
      super(real);
    }

    @Override
    public void start(StartRequest request, Consumer<StartOutcome> started, Consumer<Exit> exited) {
      request.environment().replace("MAINSTAY_GENERATION", "1");
      super.start(request, started, exited);
    }
  }
}

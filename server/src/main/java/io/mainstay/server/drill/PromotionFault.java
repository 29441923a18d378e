package io.mainstay.server.drill;

import io.mainstay.model.Actor;
import io.mainstay.model.InstanceId;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.ports.ControlPlane;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** No fault at all: a standby takes the place of one that serves, which stands by from then on. */
record PromotionFault(ControlPlane control, InstanceId standby, Actor actor) implements Fault {
  private static final long PATIENCE_SECONDS = 30;

  @Override
  public String victim() {
    return standby.toString();
  }

  @Override
  public Optional<InstanceId> instance() {
    return Optional.of(standby);
  }

  @Override
  public void inject() throws IOException, InterruptedException {
    CommandResult result;
    try {
      result =
          control
              .submit(new Command.Promote(standby, false, "a drill"), actor)
              .toCompletableFuture()
              .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("promote " + standby + ": " + e, e);
    }
    switch (result) {
      case CommandResult.Accepted _ -> {
        // What follows is watched.
      }
      case CommandResult.Refused no -> throw new IOException(no.reason());
      case CommandResult.NotFound no -> throw new IOException("there is no " + no.what());
      case CommandResult.Invalid no -> throw new IOException(no.reason());
    }
  }

  @Override
  public void mend() {
    // Roles stay as they are: the next one to fail is another one, and that is all.
  }
}

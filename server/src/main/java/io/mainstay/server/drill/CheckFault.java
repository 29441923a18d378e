package io.mainstay.server.drill;

import io.mainstay.model.InstanceId;
import java.time.Duration;
import java.util.Optional;

/** Lets the checks of an instance fail, whatever it answers. */
record CheckFault(FalseChecks checks, InstanceId victimId, Duration atMost) implements Fault {
  @Override
  public String victim() {
    return victimId.toString();
  }

  @Override
  public Optional<InstanceId> instance() {
    return Optional.of(victimId);
  }

  @Override
  public void inject() {
    checks.fail(victimId, atMost);
  }

  @Override
  public void mend() {
    checks.tellTheTruth(victimId);
  }
}

package io.mainstay.simulator;

import io.mainstay.cluster.NodeTrials;
import io.mainstay.model.NodeName;
import io.mainstay.ports.NodeReport;
import io.mainstay.ports.SignalSource;
import io.mainstay.ports.UsageSource;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reports the traffic of one node to the server that decides, as the real one does over HTTPS:
 * twice a second, one report at a time, with two seconds of patience.
 */
final class ReportSender {
  private static final Duration CADENCE = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final World world;
  private final NodeName self;
  private final SignalSource signals;
  private final UsageSource usage;
  private final NodeTrials trials;
  private final Supplier<Optional<NodeName>> leader;
  private final NodeMailbox box;
  private boolean sending;

  ReportSender(
      World world,
      NodeName self,
      SignalSource signals,
      UsageSource usage,
      NodeTrials trials,
      Supplier<Optional<NodeName>> leader,
      NodeMailbox box) {
    this.world = world;
    this.self = self;
    this.signals = signals;
    this.usage = usage;
    this.trials = trials;
    this.leader = leader;
    this.box = box;
  }

  void start() {
    box.post(this::tick);
  }

  private void tick() {
    box.after(CADENCE, this::tick);
    Optional<NodeName> to = leader.get().filter(name -> !name.equals(self));
    if (sending || to.isEmpty()) {
      return;
    }
    sending = true;
    NodeReport report =
        new NodeReport(self, signals.signals(), usage.usage(), trials.answering(), trials.silent());
    var patience = box.after(PATIENCE, () -> sending = false);
    world
        .messages()
        .send(
            self,
            to.get(),
            server -> server.report(report),
            () ->
                box.post(() -> {
                  patience.cancel();
                  sending = false;
                }));
  }
}

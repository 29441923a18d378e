package io.mainstay.server.cluster;

import io.mainstay.cluster.FlowOutbox;
import io.mainstay.cluster.NodeTrials;
import io.mainstay.model.Address;
import io.mainstay.model.NodeName;
import io.mainstay.ports.FlowSource;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.ModelCodec;
import io.mainstay.ports.NodeReport;
import io.mainstay.ports.SignalSource;
import io.mainstay.ports.UsageSource;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports this node's traffic to the server that decides, twice a second, one report at a time. One
 * that is lost is not sent again: the next one says more. One mailbox.
 */
public final class SignalSender {
  private static final Logger LOG = LoggerFactory.getLogger(SignalSender.class);
  private static final Duration CADENCE = Duration.ofMillis(500);

  /** While some node does not answer: others wait for what is said of it. */
  private static final Duration CADENCE_IN_DOUBT = Duration.ofMillis(200);

  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final String PATH = "/internal/v1/report";
  private final NodeName self;
  private final SignalSource signals;
  private final UsageSource usage;
  private final NodeTrials trials;
  private final FlowOutbox flows;
  private final LeaderAddress leader;
  private final NodeLink link;
  private final ModelCodec codec;
  private final SharedProbeSecret probeSecret;
  private final Mailbox mailbox;

  /** Whom a report is on its way to; who is dead must not hold up those to the next one. */
  private Optional<Address> sendingTo = Optional.empty();

  private long sent;

  /** Sends nothing before {@link #start}. */
  public SignalSender(
      NodeName self,
      SignalSource signals,
      UsageSource usage,
      NodeTrials trials,
      FlowSource flows,
      LeaderAddress leader,
      NodeLink link,
      ModelCodec codec,
      SharedProbeSecret probeSecret,
      Mailbox mailbox) {
    this.self = self;
    this.signals = signals;
    this.usage = usage;
    this.trials = trials;
    this.flows = new FlowOutbox(flows);
    this.leader = leader;
    this.link = link;
    this.codec = codec;
    this.probeSecret = probeSecret;
    this.mailbox = mailbox;
  }

  /** Begins. Once. */
  public void start() {
    mailbox.post(this::tick);
  }

  private void tick() {
    mailbox.after(trials.silent().isEmpty() ? CADENCE : CADENCE_IN_DOUBT, this::tick);
    Optional<Address> to = leader.other();
    if (to.isEmpty()) {
      if (sendingTo.isEmpty()) {
        flows.clear();
      }
      return;
    }
    if (sendingTo.equals(to)) {
      return;
    }
    sendingTo = to;
    long number = ++sent;
    FlowSource.Taken seen = flows.next();
    byte[] report =
        codec.write(
            new NodeReport(
                self, signals.signals(), usage.usage(), trials.answering(), trials.silent(), seen));
    var _ =
        link.post(200, to.get(), PATH, report, PATIENCE)
            .whenComplete((answer, problem) -> {
              if (problem != null) {
                LOG.debug("report to {} failed: {}", to.get(), problem.toString());
              } else {
                adopt(answer);
              }
              mailbox.post(() -> {
                if (number != sent) {
                  return; // given up for another
                }
                sendingTo = Optional.empty();
                if (problem == null) {
                  flows.delivered(seen);
                }
              });
            });
  }

  private void adopt(byte[] answer) {
    try {
      probeSecret.adopt(codec.read(answer, NodeReport.Heard.class).probeSecret());
    } catch (IllegalArgumentException e) {
      LOG.debug("the answer to a report is not understood: {}", e.toString());
    }
  }
}

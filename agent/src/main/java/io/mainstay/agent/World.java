package io.mainstay.agent;

import io.mainstay.model.NodeName;
import io.mainstay.ports.EventJournal;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.Prober;
import io.mainstay.ports.ProcessHost;
import io.mainstay.ports.Randomness;
import io.mainstay.ports.SecretSource;
import io.mainstay.ports.Time;
import io.mainstay.ports.TrafficControl;

/**
 * Everything outside that the supervisors of one agent use.
 *
 * @param node whose agent it is
 * @param host runs processes; answers in {@code mailbox}
 * @param prober asks instances; answers in {@code mailbox}
 * @param traffic the gateway of this node
 * @param events where facts go
 * @param secrets values from files
 * @param mailbox the agent's only thread
 * @param disk where writes run that may take long
 * @param time the clocks
 * @param randomness drawn numbers
 * @param settings see there
 * @param beats when its checks are asked
 */
record World(
    NodeName node,
    ProcessHost host,
    Prober prober,
    TrafficControl traffic,
    EventJournal events,
    SecretSource secrets,
    Mailbox mailbox,
    Mailbox disk,
    Time time,
    Randomness randomness,
    AgentSettings settings,
    Beats beats) {
  /** Nobody is asked yet. */
  World(
      NodeName node,
      ProcessHost host,
      Prober prober,
      TrafficControl traffic,
      EventJournal events,
      SecretSource secrets,
      Mailbox mailbox,
      Mailbox disk,
      Time time,
      Randomness randomness,
      AgentSettings settings) {
    this(
        node,
        host,
        prober,
        traffic,
        events,
        secrets,
        mailbox,
        disk,
        time,
        randomness,
        settings,
        new Beats());
  }
}

package io.mainstay.gateway;

import io.mainstay.gateway.http.ProbeSecret;
import io.mainstay.gateway.transport.Transport;
import io.mainstay.model.Address;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * How a gateway runs.
 *
 * @param loops event loops, from 1
 * @param transport which transport to use
 * @param inherited open, listening descriptors by the address of the listener that takes them
 * @param lookAgain how often certificates are looked at, and an address is tried again that could
 *     not be bound
 * @param probeSecret what requests show that are pinned or marked; empty: none is
 */
public record GatewayOptions(
    int loops,
    Transport.Preference transport,
    SequencedMap<Address, Integer> inherited,
    Duration lookAgain,
    Optional<ProbeSecret> probeSecret) {
  /** Checks and copies. */
  public GatewayOptions {
    if (loops < 1) {
      throw new IllegalArgumentException("loops: " + loops + " (expected: >= 1)");
    }
    inherited = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(inherited));
  }

  /** One loop a core, the best transport that works, nothing inherited. */
  public static GatewayOptions defaults() {
    return new GatewayOptions(
        Math.max(1, Runtime.getRuntime().availableProcessors()),
        Transport.Preference.AUTO,
        new LinkedHashMap<>(),
        Duration.ofSeconds(2),
        Optional.empty());
  }

  /** The same with another number of loops. */
  public GatewayOptions withLoops(int newLoops) {
    return new GatewayOptions(newLoops, transport, inherited, lookAgain, probeSecret);
  }

  /** The same with another transport. */
  public GatewayOptions withTransport(Transport.Preference newTransport) {
    return new GatewayOptions(loops, newTransport, inherited, lookAgain, probeSecret);
  }

  /** The same with inherited descriptors. */
  public GatewayOptions withInherited(SequencedMap<Address, Integer> newInherited) {
    return new GatewayOptions(loops, transport, newInherited, lookAgain, probeSecret);
  }

  /** The same, looking again at other intervals. */
  public GatewayOptions withLookAgain(Duration newLookAgain) {
    return new GatewayOptions(loops, transport, inherited, newLookAgain, probeSecret);
  }

  /** The same, honouring pins and marks of requests that show this secret. */
  public GatewayOptions withProbeSecret(String secret) {
    return new GatewayOptions(
        loops, transport, inherited, lookAgain, Optional.of(new ProbeSecret(secret)));
  }
}

package io.mainstay.gateway;

import io.mainstay.gateway.transport.Transport;
import io.mainstay.model.Address;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * How a gateway runs.
 *
 * @param loops event loops, from 1
 * @param transport which transport to use
 * @param inherited open, listening descriptors by the address of the listener that takes them
 */
public record GatewayOptions(
    int loops, Transport.Preference transport, SequencedMap<Address, Integer> inherited) {
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
        new LinkedHashMap<>());
  }

  /** The same with another number of loops. */
  public GatewayOptions withLoops(int newLoops) {
    return new GatewayOptions(newLoops, transport, inherited);
  }

  /** The same with another transport. */
  public GatewayOptions withTransport(Transport.Preference newTransport) {
    return new GatewayOptions(loops, newTransport, inherited);
  }

  /** The same with inherited descriptors. */
  public GatewayOptions withInherited(SequencedMap<Address, Integer> newInherited) {
    return new GatewayOptions(loops, transport, newInherited);
  }
}

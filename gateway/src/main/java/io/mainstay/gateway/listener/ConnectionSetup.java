package io.mainstay.gateway.listener;

import io.mainstay.gateway.tls.TlsTermination;
import io.mainstay.model.spec.ListenerSpec;
import io.netty.channel.ChannelHandler;
import org.jspecify.annotations.Nullable;

/** Prepares accepted connections. */
@FunctionalInterface
public interface ConnectionSetup {
  /**
   * The handler that prepares connections of a listener; shared by all its loops.
   *
   * @param tls ends TLS on them; null for plain text
   */
  ChannelHandler initializer(ListenerSpec spec, ListenerState state, @Nullable TlsTermination tls);
}

package io.mainstay.gateway.listener;

import io.mainstay.model.spec.ListenerSpec;
import io.netty.channel.ChannelHandler;
import java.io.IOException;

/** Prepares accepted connections. */
@FunctionalInterface
public interface ConnectionSetup {
  /**
   * The handler that prepares connections of a listener; shared by all its loops.
   *
   * @throws IOException if certificates cannot be read
   */
  ChannelHandler initializer(ListenerSpec spec, ListenerState state) throws IOException;
}

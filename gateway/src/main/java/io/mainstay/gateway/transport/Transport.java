package io.mainstay.gateway.transport;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringBufferRingConfig;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringFixedBufferRingAllocator;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;

/** The ways to move bytes, best first; which of them work is probed. */
public enum Transport {
  /** Linux io_uring with a ring of provided buffers where the kernel has it. */
  IO_URING,
  /** Linux epoll. */
  EPOLL,
  /** What the JDK offers everywhere. */
  NIO;

  private static final short BUFFER_GROUP = 0;
  private static final short RING_BUFFERS = 128;
  private static final int RING_BUFFER_BYTES = 32 * 1024;

  /** What is asked for. */
  public enum Preference {
    /** The best that works. */
    AUTO,
    /** io_uring or nothing. */
    IO_URING,
    /** epoll or nothing. */
    EPOLL,
    /** NIO. */
    NIO
  }

  /**
   * Probes.
   *
   * @param inherited whether listeners are to be bound from inherited descriptors, which io_uring
   *     channels do not offer
   * @throws IllegalStateException if what is asked for does not work here
   */
  public static Transport choose(Preference preference, boolean inherited) {
    return switch (preference) {
      case AUTO -> {
        if (!inherited && IoUring.isAvailable()) {
          yield IO_URING;
        }
        yield Epoll.isAvailable() ? EPOLL : NIO;
      }
      case IO_URING -> {
        if (!IoUring.isAvailable()) {
          throw new IllegalStateException("io_uring does not work here", cause(IO_URING));
        }
        yield IO_URING;
      }
      case EPOLL -> {
        if (!Epoll.isAvailable()) {
          throw new IllegalStateException("epoll does not work here", cause(EPOLL));
        }
        yield EPOLL;
      }
      case NIO -> NIO;
    };
  }

  private static Throwable cause(Transport transport) {
    return transport == IO_URING ? IoUring.unavailabilityCause() : Epoll.unavailabilityCause();
  }

  /** Makes the handlers of event loops. */
  public IoHandlerFactory ioHandler() {
    return switch (this) {
      case IO_URING -> {
        IoUringIoHandlerConfig config = new IoUringIoHandlerConfig();
        if (hasBufferRing()) {
          config.setBufferRingConfig(
              IoUringBufferRingConfig.builder()
                  .bufferGroupId(BUFFER_GROUP)
                  .bufferRingSize(RING_BUFFERS)
                  .batchSize(RING_BUFFERS / 2)
                  .incremental(IoUring.isRegisterBufferRingIncSupported())
                  .allocator(
                      new IoUringFixedBufferRingAllocator(
                          PooledByteBufAllocator.DEFAULT, RING_BUFFER_BYTES))
                  .build());
        }
        yield IoUringIoHandler.newFactory(config);
      }
      case EPOLL -> EpollIoHandler.newFactory();
      case NIO -> NioIoHandler.newFactory();
    };
  }

  private static boolean hasBufferRing() {
    return IoUring.isRegisterBufferRingSupported();
  }

  /** A new channel for a connection to an instance. */
  public SocketChannel newSocket() {
    SocketChannel channel =
        switch (this) {
          case IO_URING -> new IoUringSocketChannel();
          case EPOLL -> new EpollSocketChannel();
          case NIO -> new NioSocketChannel();
        };
    prepare(channel);
    return channel;
  }

  /** Options that every connection has, of clients too. */
  public void prepare(SocketChannel channel) {
    channel.config().setAllocator(PooledByteBufAllocator.DEFAULT);
    channel.config().setTcpNoDelay(true);
    if (this == IO_URING && hasBufferRing()) {
      channel.config().setOption(IoUringChannelOption.IO_URING_BUFFER_GROUP_ID, BUFFER_GROUP);
    }
  }

  /** A new channel that accepts. */
  public ServerChannel newServer() {
    return switch (this) {
      case IO_URING -> new IoUringServerSocketChannel();
      case EPOLL -> new EpollServerSocketChannel();
      case NIO -> new NioServerSocketChannel();
    };
  }

  /**
   * A channel that accepts on an open, listening descriptor.
   *
   * @throws UnsupportedOperationException if this transport cannot
   */
  public ServerChannel inheritedServer(int descriptor) {
    if (this != EPOLL) {
      throw new UnsupportedOperationException(
          "inherited descriptors need epoll, and this gateway runs on " + this);
    }
    return new EpollServerSocketChannel(descriptor);
  }

  /** Whether each loop can accept on the same address by itself. */
  public boolean hasReusePort() {
    return this != NIO;
  }
}

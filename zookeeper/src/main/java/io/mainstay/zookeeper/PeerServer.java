package io.mainstay.zookeeper;

/** One ZooKeeper server of this process, from its start to its end. */
interface PeerServer {
  /** Whether it has not died by itself; it may still wait for others. */
  boolean isRunning();

  /** Whether clients are answered. */
  boolean serves();

  /** Where clients connect, as a connect string. */
  String address();

  /** Ends it. */
  void stop();
}

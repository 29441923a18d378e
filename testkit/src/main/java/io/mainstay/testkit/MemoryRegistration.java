package io.mainstay.testkit;

import io.mainstay.model.state.NodeRecord;
import io.mainstay.ports.Coordinator.Subscription;

/** A node that a {@link MemoryCoordinator} keeps present. */
final class MemoryRegistration implements Subscription, MemoryEnsemble.Holder {
  private final MemoryCoordinator client;
  private final MemoryEnsemble ensemble;
  private final NodeRecord node;
  private boolean claims = true;
  private boolean isClosed;

  MemoryRegistration(MemoryCoordinator client, MemoryEnsemble ensemble, NodeRecord node) {
    this.client = client;
    this.ensemble = ensemble;
    this.node = node;
  }

  void ensure() {
    if (!isClosed && client.reaches()) {
      ensemble.register(node, this, claims);
      claims = false;
    }
  }

  @Override
  public MemoryCoordinator client() {
    return client;
  }

  @Override
  public void close() {
    isClosed = true;
    client.left(this);
    ensemble.endSession(node.name(), this);
  }
}

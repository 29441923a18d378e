package io.mainstay.decisions.pools;

import io.mainstay.model.NodeName;

/** What is to be done about a node of a pool. */
public sealed interface PoolAction {
  /** Which. */
  NodeName node();

  /** Have the provider make it. */
  record Create(NodeName node) implements PoolAction {}

  /** Run the hook after it has joined. */
  record RunReadyHook(NodeName node) implements PoolAction {}

  /** Have what is on it go elsewhere. */
  record Drain(NodeName node, String reason) implements PoolAction {}

  /** It is needed after all. */
  record Release(NodeName node, String reason) implements PoolAction {}

  /** Run the hook after it was emptied. */
  record RunDrainedHook(NodeName node) implements PoolAction {}

  /** Have the provider remove it. */
  record Destroy(NodeName node) implements PoolAction {}

  /** It is gone for good. */
  record Forget(NodeName node) implements PoolAction {}
}

package io.mainstay.decisions.lifecycle;

import io.mainstay.model.MonotonicTime;

/**
 * The life of one instance: what each event leads to in each state.
 *
 * <pre>
 *  pending → resolving → setting up → (cold: prepared) → before start → launching
 *                                                                          │ started
 *  adopting (after a restart of the server) ──────────────────────────→ starting
 *                                                                          │ first pass
 *          held ←─ drain, isolate ─┬─ ready ⇄ not ready ←──────────────────┤
 *                                  │    ⇅                                  │ (warm)
 *                                  │  freezing → frozen ⇄ rehearsing, thawing
 *                                  ↓ restart, removal, end
 *                             draining → before stop → terminating
 *                                                          │ exit (from everywhere), or grace over
 *  resolving ←─ backing off, parked ←─ failed ←───────── clearing → stopped
 * </pre>
 *
 * <p>Invariants: a process is only started from {@code launching}, which is only reached once
 * nothing of the run before is left ({@code clearing} waits for it); what may be frozen is thawed
 * before any signal; an ordered end drains before it stops; every transition has a reason. Events
 * that mean nothing in a state are answered with {@link Transition#ignored} and a reason. Every
 * pair of state and event stands in {@code lifecycle-table.txt}.
 *
 * <p>Pure: same arguments, same answer. Decision record 040.
 */
public final class InstanceLifecycle {
  private InstanceLifecycle() {}

  /**
   * What an event leads to.
   *
   * @param policy what is wanted now
   * @param random a drawn number, uniform in [0, 1)
   */
  public static Transition on(
      LifecycleState state,
      LifecycleEvent event,
      LifecyclePolicy policy,
      MonotonicTime now,
      double random) {
    Facts facts = new Facts(policy, now, random);
    return switch (state) {
      case LifecycleState.Pending pending -> AtRest.pending(pending, event, facts);
      case LifecycleState.Resolving resolving -> Preparing.resolving(resolving, event, facts);
      case LifecycleState.SettingUp settingUp -> Preparing.settingUp(settingUp, event, facts);
      case LifecycleState.Prepared prepared -> Preparing.prepared(prepared, event, facts);
      case LifecycleState.BeforeStart before -> Preparing.beforeStart(before, event, facts);
      case LifecycleState.Launching launching -> Preparing.launching(launching, event, facts);
      case LifecycleState.Adopting adopting -> Preparing.adopting(adopting, event, facts);
      case LifecycleState.Starting starting -> Running.starting(starting, event, facts);
      case LifecycleState.Ready ready -> Running.ready(ready, event, facts);
      case LifecycleState.NotReady notReady -> Running.notReady(notReady, event, facts);
      case LifecycleState.Held held -> Running.held(held, event, facts);
      case LifecycleState.Freezing freezing -> Standby.freezing(freezing, event, facts);
      case LifecycleState.Frozen frozen -> Standby.frozen(frozen, event, facts);
      case LifecycleState.Thawing thawing -> Standby.thawing(thawing, event, facts);
      case LifecycleState.Rehearsing rehearsing -> Standby.rehearsing(rehearsing, event, facts);
      case LifecycleState.Draining draining -> Ending.draining(draining, event, facts);
      case LifecycleState.BeforeStop before -> Ending.beforeStop(before, event, facts);
      case LifecycleState.Terminating terminating -> Ending.terminating(terminating, event, facts);
      case LifecycleState.Clearing clearing -> Ending.clearing(clearing, event, facts);
      case LifecycleState.BackingOff backingOff -> AtRest.backingOff(backingOff, event, facts);
      case LifecycleState.Parked parked -> AtRest.parked(parked, event, facts);
      case LifecycleState.Stopped stopped -> AtRest.stopped(stopped, event, facts);
    };
  }
}

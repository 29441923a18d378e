package io.mainstay.simulator;

import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.scenario.Script.Habits;
import io.mainstay.model.state.Exit;
import io.mainstay.model.state.ProcessIdentity;
import io.mainstay.testkit.SeededRandomness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One process with what it started itself, as it really is. */
final class SimulatedProcess {
  final ProcessIdentity identity;
  final Machine machine;
  final InstanceId instance;
  final long generation;
  final int revision;
  final int port;

  final MonotonicTime startedAt;

  /** From then on it answers, if nothing is wrong with it. */
  MonotonicTime readyAt;

  boolean alive = true;

  /** What it left behind, or would: processes of its group that do not end with it. */
  int grandchildren;

  /** Without CPU because the agent took it. */
  boolean frozen;

  /** Without progress because of a fault. */
  boolean hung;

  /** Answers requests with errors. */
  boolean broken;

  /** Of how many requests that is true while it is broken. */
  double brokenShare = 1;

  /** Answers requests in time and with 200, and does not do what it says. */
  boolean wrong;

  /** How it behaves when nothing is wrong with it. */
  Habits habits = Habits.USUAL;

  /** Its check says that it is well although it is broken. */
  boolean liesGreen;

  /** Its check says that it is not well although it is. */
  boolean liesRed;

  boolean ignoresTerm;

  /** Whether a check of it ever passed: before that it may get no traffic. */
  boolean passed;

  Duration cpu = Duration.ZERO;
  final List<Consumer<Exit>> watchers = new ArrayList<>();

  SimulatedProcess(
      ProcessIdentity identity,
      Machine machine,
      InstanceId instance,
      long generation,
      int revision,
      int port,
      MonotonicTime startedAt,
      MonotonicTime readyAt) {
    this.identity = identity;
    this.machine = machine;
    this.instance = instance;
    this.generation = generation;
    this.revision = revision;
    this.port = port;
    this.startedAt = startedAt;
    this.readyAt = readyAt;
  }

  /** Whether anything of it is left. */
  boolean hasGroup() {
    return alive || grandchildren > 0;
  }

  boolean isUp(MonotonicTime now) {
    return alive && !now.isBefore(readyAt);
  }

  /** Whether it makes no progress, for whatever reason. */
  boolean isStill() {
    return frozen || hung || machine.frozen;
  }

  /** Whether requests succeed. */
  boolean serves(MonotonicTime now) {
    return isUp(now) && !isStill() && !broken;
  }

  /** How many milliseconds a request takes while nothing else is done. */
  int latency(SeededRandomness random) {
    if (habits.latency().isEmpty()) {
      return random.nextInt(2, 40);
    }
    int mean = (int) habits.latency().get().toMillis();
    return mean == 0 ? 0 : random.nextInt((mean + 1) / 2, mean + mean / 2 + 1);
  }

  /** Whether the request that is answered now fails. */
  boolean answersWithError(SeededRandomness random) {
    if (broken) {
      return brokenShare >= 1 || random.chance(brokenShare);
    }
    return habits.errors() > 0 && random.chance(habits.errors());
  }

  /** Undoes what faults did to it. */
  void heal() {
    hung = false;
    broken = false;
    wrong = false;
    brokenShare = 1;
    liesGreen = false;
    liesRed = false;
    ignoresTerm = false;
  }

  /** All that matters about it, for a person. */
  String describe() {
    return this
        + " port "
        + port
        + (alive ? "" : " dead")
        + " ready from "
        + readyAt.nanos() / 1_000_000_000
        + "s"
        + (grandchildren > 0 ? " grandchildren " + grandchildren : "")
        + (frozen ? " frozen" : "")
        + (hung ? " hung" : "")
        + (broken ? " broken" : "")
        + (wrong ? " wrong" : "")
        + (liesGreen || liesRed ? " lies" : "");
  }

  @Override
  public String toString() {
    return instance + "/" + generation + " on " + machine.node() + " pid " + identity.pid();
  }
}

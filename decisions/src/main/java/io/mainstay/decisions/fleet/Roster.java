package io.mainstay.decisions.fleet;

import io.mainstay.decisions.nodes.NodeStanding;
import io.mainstay.decisions.placement.NodeView;
import io.mainstay.decisions.placement.Unplaced;
import io.mainstay.model.Actor;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The working copy of one service's instances during one pass; lives and dies with it. */
final class Roster {
  private final TreeMap<Integer, Member> members = new TreeMap<>();
  private final TreeMap<Integer, Integer> causes = new TreeMap<>();
  private final TreeSet<Integer> gone = new TreeSet<>();
  private final List<Fact> facts = new ArrayList<>();
  private final List<Note> notes = new ArrayList<>();
  private final List<Unplaced> unplaced = new ArrayList<>();
  private final ServiceOverrides overrides;
  private final Ground ground;

  Roster(ServiceView view) {
    overrides = view.overrides();
    ground = new Ground(view);
    for (Member member : view.members()) {
      members.put(member.id().number(), member.at(Reaches.of(standing(member), view)));
      if (isReplaced(member, view)) {
        gone.add(member.id().number());
      }
    }
  }

  private boolean isReplaced(Member member, ServiceView view) {
    return view.wanted().isPresent()
        && view.wanted().get().spec().disconnect().replace()
        && Reaches.of(standing(member), view) == Member.Reach.LOST
        && standing(member).replace();
  }

  /** How its node stands. */
  NodeStanding standing(Member member) {
    return ground.node(member.node()).map(NodeView::standing).orElse(NodeStanding.READY);
  }

  /** Whether it is lost with its node, so that others take its place. */
  boolean isGone(Member member) {
    return gone.contains(member.id().number());
  }

  /** Whether it is to go once another one took its place. */
  boolean isLeaving(Member member) {
    return standing(member).isLeaving() || replacement(member).isPresent();
  }

  /** Why it is to be replaced by a fresh one; empty: it is not. */
  Optional<Overrides.Replacement> replacement(Member member) {
    return overrides.replacement(member.id());
  }

  /** What counts for a rollout: not what is lost and replaced, or lost on its way out. */
  List<Member> withinReach() {
    return members.values().stream()
        .filter(member -> !isGone(member) && (member.isWanted() || !member.lost()))
        .toList();
  }

  /** Has another node run it: only for what has no process. */
  void move(Member member, NodeName node, int fact) {
    Assignment assignment = current(member).assignment();
    gone.remove(member.id().number());
    add(Member.fresh(node, assignment), fact);
  }

  List<Member> all() {
    return List.copyOf(members.values());
  }

  List<Member> wanted() {
    return members.values().stream().filter(Member::isWanted).toList();
  }

  Optional<Member> find(InstanceId id) {
    return Optional.ofNullable(members.get(id.number()));
  }

  List<Fact> facts() {
    return facts;
  }

  List<Note> notes() {
    return notes;
  }

  int causeOf(InstanceId id) {
    return causes.getOrDefault(id.number(), -1);
  }

  /** Adds a fact; answers its index, for what it causes. */
  int tell(Fact fact) {
    facts.add(fact);
    return facts.size() - 1;
  }

  /** The nodes. */
  Ground ground() {
    return ground;
  }

  /** What fits nowhere. */
  List<Unplaced> unplaced() {
    return unplaced;
  }

  void note(Note note) {
    notes.add(note);
  }

  void delete(InstanceId id) {
    members.remove(id.number());
    causes.remove(id.number());
  }

  void add(Member member, int fact) {
    members.put(member.id().number(), member);
    causes.put(member.id().number(), fact);
  }

  void role(Member member, Role role, String reason, int fact) {
    Assignment old = current(member).assignment();
    change(
        member,
        new Assignment(
            old.id(),
            old.revision(),
            role,
            old.directive(),
            old.minGeneration(),
            reason,
            Actor.SYSTEM,
            old.cause()),
        fact);
  }

  /**
   * What goes for good gives its place up at once: gateways count serving roles to see whether a
   * standby is needed.
   */
  void directive(Member member, Directive directive, String reason, Actor actor, int fact) {
    Assignment old = current(member).assignment();
    change(
        member,
        new Assignment(
            old.id(),
            old.revision(),
            directive == Directive.REMOVE ? Role.STANDBY : old.role(),
            directive,
            old.minGeneration(),
            reason,
            actor,
            old.cause()),
        fact);
  }

  /** Asks for a new run; of another revision if that differs. */
  void rerun(
      Member member, int revision, long minGeneration, String reason, Actor actor, int fact) {
    Assignment old = current(member).assignment();
    change(
        member,
        new Assignment(
            old.id(),
            revision,
            old.role(),
            old.directive(),
            minGeneration,
            reason,
            actor,
            old.cause()),
        fact);
  }

  /** As it stands now: it may have been changed since the caller looked. */
  private Member current(Member member) {
    return members.getOrDefault(member.id().number(), member);
  }

  private void change(Member member, Assignment assignment, int fact) {
    members.put(member.id().number(), current(member).with(assignment));
    if (fact >= 0) {
      causes.put(member.id().number(), fact);
    }
  }
}

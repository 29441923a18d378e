package io.mainstay.decisions.fleet;

import io.mainstay.decisions.placement.Placement;
import io.mainstay.decisions.remedy.Intent;
import io.mainstay.decisions.rollout.RolloutMemory;
import io.mainstay.decisions.scaling.VictimChoice;
import io.mainstay.model.Actor;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.Role;
import io.mainstay.model.state.ServiceRevision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which instances exist, and how many of them serve. More serving ones: ready standbys first, in id
 * order, which takes milliseconds; then new ones fill up behind. Fewer: the victims of {@link
 * VictimChoice}, with the governor's consent. New instances of a rollout are not counted here.
 */
final class InstanceSet {
  private final Roster roster;
  private final ServiceView view;
  private final ServiceRevision wanted;
  private final RolloutMemory rollout;
  private final int desired;
  private final int fact;

  /**
   * For one pass.
   *
   * @param desired instances that should serve
   * @param fact index of the fact that changed it; -1: none
   */
  InstanceSet(
      Roster roster,
      ServiceView view,
      ServiceRevision wanted,
      RolloutMemory rollout,
      int desired,
      int fact) {
    this.roster = roster;
    this.view = view;
    this.wanted = wanted;
    this.rollout = rollout;
    this.desired = desired;
    this.fact = fact;
  }

  /** Removes what left the list of upstreams, promotes, adds; answers whom it would let go. */
  List<Proposal> adjust() {
    dropUpstreams();
    promoteReady();
    addServing();
    promoteAny();
    addStandbys();
    return surplus();
  }

  /** Adds one new instance of the wanted revision beside the others, for a rollout. */
  Optional<InstanceId> addFresh(Role role, String reason) {
    return add(wanted.revision(), role, reason, -1);
  }

  private List<Member> pool(Role role) {
    return roster.wanted().stream()
        .filter(member -> member.assignment().role() == role && !rollout.isFresh(member.id()))
        .toList();
  }

  private int standbys() {
    return wanted.spec().standby().count();
  }

  private void dropUpstreams() {
    if (wanted.spec().workload() instanceof Workload.Upstreams upstreams) {
      for (Member member : roster.wanted()) {
        if (member.id().number() > upstreams.addresses().size()) {
          String reason = "its address is no longer in the file";
          roster.directive(
              member, Directive.REMOVE, reason, Actor.SYSTEM, removed(member, reason, -1));
        }
      }
    }
  }

  private void promoteReady() {
    promote(
        pool(Role.STANDBY).stream()
            .filter(Member::isReadyStandby)
            // What takes a request at once goes first, then what must be thawed or started.
            .sorted((a, b) -> Integer.compare(warmth(a), warmth(b)))
            .toList());
  }

  private void promoteAny() {
    promote(pool(Role.STANDBY).stream().filter(Member::isRun).toList());
  }

  private static int warmth(Member member) {
    return member.isReady() ? 0 : member.phase() == Phase.FROZEN ? 1 : 2;
  }

  private void promote(List<Member> standbys) {
    int missing = desired - pool(Role.SERVING).size();
    for (Member standby : standbys) {
      if (missing-- <= 0) {
        return;
      }
      String reason = "serves since " + desired + " should serve";
      Evidence evidence = Evidence.of("desired", desired);
      int told =
          roster.tell(
              Fact.ofInstance(EventKind.STANDBY_PROMOTED, standby.id(), reason, evidence)
                  .after(fact));
      roster.role(standby, Role.SERVING, reason, told);
    }
  }

  private void addServing() {
    int missing = desired - pool(Role.SERVING).size();
    int room = desired + standbys() - pool(Role.SERVING).size() - pool(Role.STANDBY).size();
    for (int i = 0; i < Math.min(missing, room); i++) {
      if (add(revision(), Role.SERVING, desired + " should serve", fact).isEmpty()) {
        return;
      }
    }
  }

  private void addStandbys() {
    // One that serves too many will stand by instead of a new one.
    int tooMany = Math.max(0, pool(Role.SERVING).size() - desired);
    int missing = standbys() - pool(Role.STANDBY).size() - tooMany;
    for (int i = 0; i < missing; i++) {
      String reason = standbys() + (standbys() == 1 ? " standby" : " standbys") + " should wait";
      if (add(revision(), Role.STANDBY, reason, fact).isEmpty()) {
        return;
      }
    }
  }

  /** While a rollout is halted, more are made of what works: the revision that most have. */
  private int revision() {
    if (rollout.halt().isEmpty()) {
      return wanted.revision();
    }
    return roster.wanted().stream()
        .mapToInt(member -> member.assignment().revision())
        .filter(revision -> revision != wanted.revision())
        .max()
        .orElse(wanted.revision());
  }

  private Optional<InstanceId> add(int revision, Role role, String reason, int cause) {
    Optional<InstanceId> id = lowestFree();
    Optional<NodeName> node =
        id.isEmpty()
            ? Optional.empty()
            : Placement.choose(wanted.spec(), view.nodes(), roster.all());
    if (node.isEmpty()) {
      roster.note(
          new Note(
              Optional.empty(),
              "placement",
              "no room",
              "one more instance is wanted, and no node can take it",
              Evidence.of("wanted", reason).and("nodes", view.nodes().size()).map()));
      return Optional.empty();
    }
    Evidence evidence =
        Evidence.of("node", node.get()).and("role", role.label()).and("revision", revision);
    Fact assigned = Fact.ofInstance(EventKind.INSTANCE_ASSIGNED, id.get(), reason, evidence);
    int told = roster.tell(cause >= 0 ? assigned.after(cause) : assigned.after(view.applied()));
    Assignment assignment =
        new Assignment(
            id.get(), revision, role, Directive.RUN, 0, reason, Actor.SYSTEM, Optional.empty());
    roster.add(Member.fresh(node.get(), assignment), told);
    return id;
  }

  /** The lowest number that nothing has, not even what is on its way out. */
  private Optional<InstanceId> lowestFree() {
    int most =
        wanted.spec().workload() instanceof Workload.Upstreams upstreams
            ? upstreams.addresses().size()
            : Integer.MAX_VALUE;
    for (int number = 1; number <= most; number++) {
      InstanceId id = new InstanceId(view.name(), number);
      if (roster.find(id).isEmpty() && !view.unassigned().contains(id)) {
        return Optional.of(id);
      }
    }
    return Optional.empty();
  }

  private List<Proposal> surplus() {
    List<Proposal> proposals = new ArrayList<>();
    List<Member> standbys = pool(Role.STANDBY);
    List<Member> serving = pool(Role.SERVING);
    int tooManyStandbys = standbys.size() - standbys();
    for (Member victim : first(standbys, tooManyStandbys)) {
      proposals.add(letGo(victim, "more standbys than " + standbys()));
    }
    int demotions = Math.max(0, -tooManyStandbys);
    for (Member victim : first(serving, serving.size() - desired)) {
      if (demotions-- > 0) {
        proposals.add(
            new Proposal(
                intent(victim, "a standby is missing, one serves too many"),
                new Proposal.Act.Demote(fact)));
      } else {
        proposals.add(letGo(victim, "more serve than " + desired));
      }
    }
    return proposals;
  }

  private List<Member> first(List<Member> candidates, int count) {
    return count <= 0
        ? List.of()
        : VictimChoice.order(candidates, wanted.revision())
            .subList(0, Math.min(count, candidates.size()));
  }

  private Proposal letGo(Member victim, String reason) {
    return new Proposal(intent(victim, reason), new Proposal.Act.Remove(fact));
  }

  private static Intent intent(Member victim, String reason) {
    return new Intent(
        Intent.Kind.SCALE_IN, victim.id(), victim.serves(), false, Actor.SYSTEM, reason);
  }

  /** Tells that an instance goes; answers the index of the fact. */
  private int removed(Member member, String reason, int cause) {
    return roster.tell(
        Fact.ofInstance(EventKind.INSTANCE_REMOVED, member.id(), reason, new Evidence())
            .after(cause));
  }
}

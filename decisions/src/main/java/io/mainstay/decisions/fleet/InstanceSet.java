package io.mainstay.decisions.fleet;

import static io.mainstay.model.state.Role.SERVING;
import static io.mainstay.model.state.Role.STANDBY;

import io.mainstay.decisions.placement.Choice;
import io.mainstay.decisions.placement.Request;
import io.mainstay.decisions.placement.Unplaced;
import io.mainstay.decisions.rollout.RolloutMemory;
import io.mainstay.model.Actor;
import io.mainstay.model.EventKind;
import io.mainstay.model.InstanceId;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.state.Assignment;
import io.mainstay.model.state.Directive;
import io.mainstay.model.state.Phase;
import io.mainstay.model.state.Role;
import io.mainstay.model.state.ServiceRevision;
import java.util.List;
import java.util.Optional;

/**
 * Which instances exist, and how many of them serve. More serving ones: ready standbys first, in id
 * order, which takes milliseconds; then new ones fill up behind. Fewer: see {@link Surplus}, with
 * the governor's consent. New instances of a rollout are not counted here.
 */
final class InstanceSet {
  private static final int NAMED = 12;

  private final Roster roster;
  private final ServiceView view;
  private final ServiceRevision wanted;
  private final RolloutMemory rollout;
  private final int desired;
  private final int fact;
  private final Told told;

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
      int fact,
      Told told) {
    this.roster = roster;
    this.view = view;
    this.wanted = wanted;
    this.rollout = rollout;
    this.desired = desired;
    this.fact = fact;
    this.told = told;
  }

  /** Removes what left the list of upstreams, promotes, adds; answers whom it would let go. */
  List<Proposal> adjust() {
    dropUpstreams();
    promoteReady();
    keepWhatServes();
    addServing();
    promoteAny();
    addStandbys();
    addInsteadOfLeaving();
    return new Surplus(
            roster, wanted.revision(), desired, standbys(), fact, pool(SERVING), pool(STANDBY))
        .proposals();
  }

  /** Adds one new instance of the wanted revision beside the others, for a rollout. */
  Optional<InstanceId> addFresh(Role role, String reason) {
    return add(wanted.revision(), role, reason, -1, 1);
  }

  private List<Member> pool(Role role) {
    return roster.wanted().stream()
        .filter(member ->
            member.assignment().role() == role
                && !rollout.isFresh(member.id())
                && !roster.isGone(member))
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
        pool(STANDBY).stream()
            .filter(Member::isReadyStandby)
            // What takes a request at once goes first, then what must be thawed or started.
            .sorted((a, b) -> Integer.compare(warmth(a), warmth(b)))
            .toList());
  }

  private void promoteAny() {
    promote(pool(STANDBY).stream().filter(Member::isRun).toList());
  }

  private static int warmth(Member member) {
    return member.isReady() ? 0 : member.phase() == Phase.FROZEN ? 1 : 2;
  }

  private void promote(List<Member> standbys) {
    int missing = desired - pool(SERVING).size();
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
      roster.role(standby, SERVING, reason, told);
    }
  }

  private void addServing() {
    int missing = desired - pool(SERVING).size();
    int room = desired + standbys() - pool(SERVING).size() - pool(STANDBY).size();
    int count = Math.min(missing, room);
    for (int i = 0; i < count; i++) {
      if (add(revision(), SERVING, desired + " should serve", fact, count - i).isEmpty()) {
        return;
      }
    }
  }

  private void addStandbys() {
    // One that serves too many will stand by instead of a new one.
    int tooMany = Math.max(0, pool(SERVING).size() - desired);
    int missing = standbys() - pool(STANDBY).size() - tooMany;
    for (int i = 0; i < missing; i++) {
      String reason = standbys() + (standbys() == 1 ? " standby" : " standbys") + " should wait";
      if (add(revision(), STANDBY, reason, fact, missing - i).isEmpty()) {
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

  /**
   * A node came back with what serves, while one that was to replace it has not even started: the
   * one that serves stays.
   */
  private void keepWhatServes() {
    int tooMany = pool(STANDBY).size() - standbys();
    if (!roster.ground().isSeveral() || tooMany <= 0) {
      return;
    }
    List<Member> ready = pool(STANDBY).stream().filter(Member::isReady).toList();
    List<Member> beginners =
        pool(SERVING).stream()
            .filter(member -> member.isOnItsWay() && !member.hasFailed() && member.isRun())
            .toList();
    for (int i = 0; i < Math.min(tooMany, Math.min(ready.size(), beginners.size())); i++) {
      Member back = ready.get(i);
      Member beginner = beginners.get(i);
      roster.role(back, SERVING, "serves already, " + beginner.id() + " is not needed", fact);
      roster.role(beginner, STANDBY, back.id() + " serves already", fact);
    }
  }

  /** New ones beside those that leave, as many at a time as an update would. */
  private void addInsteadOfLeaving() {
    boolean leaving = roster.wanted().stream().anyMatch(roster::isLeaving);
    if (!leaving || !rollout.fresh().isEmpty() || Departures.areUpstreams(wanted)) {
      return;
    }
    int onTheirWay = 0;
    for (Member member : roster.wanted()) {
      boolean stays = !roster.isLeaving(member) && !roster.isGone(member);
      onTheirWay += stays && member.isOnItsWay() ? 1 : 0;
    }
    int room = wanted.spec().update().surge().of(desired + standbys(), 1) - onTheirWay;
    int serving = desired - Surplus.staying(roster, pool(SERVING)).size();
    int standby = standbys() - Surplus.staying(roster, pool(STANDBY)).size();
    String reason =
        roster.wanted().stream()
            .filter(member -> roster.replacement(member).isPresent())
            .findFirst()
            .map(member -> "beside " + member.id() + ", which it is to replace")
            .orElse("in place of one whose node is drained");
    for (int i = 0; i < Math.min(room, serving + Math.max(0, standby)); i++) {
      Role role = i < serving ? SERVING : STANDBY;
      if (add(revision(), role, reason, fact, serving + standby - i).isEmpty()) {
        return;
      }
    }
  }

  private Optional<InstanceId> add(int revision, Role role, String reason, int cause, int count) {
    Optional<InstanceId> id = lowestFree();
    if (id.isEmpty()) {
      return id;
    }
    Request request = new Request(id.get(), revision, spec(revision));
    return switch (roster.ground().place(request)) {
      case Choice.Nowhere nowhere -> {
        nowhere(new Unplaced(request, count, nowhere), reason);
        yield Optional.empty();
      }
      case Choice.Placed placed -> {
        Evidence evidence =
            Evidence.of("node", placed.node()).and("role", role.label()).and("revision", revision);
        if (roster.ground().isSeveral()) {
          placed.evidence().forEach(evidence::and);
        }
        Fact assigned = Fact.ofInstance(EventKind.INSTANCE_ASSIGNED, id.get(), reason, evidence);
        int told = roster.tell(cause >= 0 ? assigned.after(cause) : assigned.after(view.applied()));
        roster.add(Member.fresh(placed.node(), assignment(id.get(), revision, role, reason)), told);
        if (roster.ground().isSeveral()) {
          roster.note(
              new Note(id, "placement", placed.node().value(), placed.reason(), placed.evidence()));
        }
        yield id;
      }
    };
  }

  private static Assignment assignment(InstanceId id, int revision, Role role, String reason) {
    return new Assignment(
        id, revision, role, Directive.RUN, 0, reason, Actor.SYSTEM, Optional.empty());
  }

  /** Told once for as long as it lasts; noted each time, so that it can be explained. */
  private void nowhere(Unplaced unplaced, String reason) {
    roster.unplaced().add(unplaced);
    Evidence evidence = Evidence.of("wanted", reason).and("how-many", unplaced.count());
    int named = 0;
    for (var obstacle : unplaced.why().obstacles().entrySet()) {
      if (named++ < NAMED) {
        evidence.and("not " + obstacle.getKey(), obstacle.getValue().detail());
      }
    }
    String text = "one more instance is wanted: " + unplaced.why().reason();
    roster.note(new Note(Optional.empty(), "placement", "no room", text, evidence.map()));
    if (told.isNews("placement-failed")) {
      roster.tell(Fact.ofService(EventKind.PLACEMENT_FAILED, text, evidence));
    }
  }

  private ServiceSpec spec(int revision) {
    return view.known().stream()
        .filter(known -> known.revision() == revision)
        .findFirst()
        .filter(_ -> revision != wanted.revision())
        .orElse(wanted)
        .spec();
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

  /** Tells that an instance goes; answers the index of the fact. */
  private int removed(Member member, String reason, int cause) {
    return roster.tell(
        Fact.ofInstance(EventKind.INSTANCE_REMOVED, member.id(), reason, new Evidence())
            .after(cause));
  }
}

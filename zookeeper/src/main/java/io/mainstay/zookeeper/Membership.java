package io.mainstay.zookeeper;

import io.mainstay.model.NodeName;
import io.mainstay.ports.ClusterControl.Member;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Who carries the coordination, or is about to. Stored in the coordinator itself, since ZooKeeper's
 * own list says nothing about the clients' TLS ports.
 *
 * @param nextId the next id that was never used
 * @param members sorted by id
 */
record Membership(int nextId, List<Member> members) {
  /** ZooKeeper takes no higher one. */
  private static final int LAST_ID = 255;

  /** Sorts and copies the list. */
  Membership {
    members = members.stream().sorted(Comparator.comparingInt(Member::id)).toList();
  }

  /** A cluster of one. */
  static Membership of(Member founder) {
    return new Membership(founder.id() + 1, List.of(founder));
  }

  Optional<Member> of(NodeName node) {
    return members.stream().filter(member -> member.node().equals(node)).findFirst();
  }

  Optional<Member> of(int id) {
    return members.stream().filter(member -> member.id() == id).findFirst();
  }

  boolean hasRoom() {
    return nextId <= LAST_ID;
  }

  /** With one more, which gets the next id. */
  Membership with(NodeName node, String host, Ports ports) {
    List<Member> more = new ArrayList<>(members);
    more.add(new Member(nextId, node, host, ports.client(), ports.quorum(), ports.election()));
    return new Membership(nextId + 1, more);
  }

  /** The ports of the first: what the others most likely have. */
  Ports usualPorts() {
    Member first = members.getFirst();
    return new Ports(first.clientPort(), first.quorumPort(), first.electionPort());
  }

  /**
   * Where a member listens.
   *
   * @param client for clients
   * @param quorum between servers
   * @param election between servers
   */
  record Ports(int client, int quorum, int election) {}

  Membership without(int id) {
    return new Membership(nextId, members.stream().filter(member -> member.id() != id).toList());
  }
}

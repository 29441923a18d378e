package io.mainstay.decisions.placement;

import static io.mainstay.decisions.placement.Cluster.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.PortPolicy;
import io.mainstay.model.spec.ServiceSpec;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlacementTest {
  private final Cluster cluster = new Cluster();
  private static final ServiceSpec SHOP = service("shop").build();

  @Test
  void spreadsOverNodes() {
    cluster.node("n1").node("n2").node("n3");
    assertThat(cluster.add(SHOP, "", "", "", "")).containsExactly("n1", "n2", "n3", "n1");
  }

  @Test
  void spreadsOverZonesAndThenOverTheirNodes() {
    cluster.node("n1", "zone=a").node("n2", "zone=a").node("n3", "zone=b");
    ServiceSpec shop = service("shop").place(Cluster.spread("zone")).build();
    assertThat(cluster.add(shop, "", "", "", "")).containsExactly("n1", "n3", "n2", "n3");
  }

  @Test
  void putsAnotherServiceWhereMostIsFree() {
    cluster.node("n1", 4, 4096, 100).node("n2", 4, 4096, 100);
    cluster.add(service("big", 3, 512).build());
    assertThat(cluster.add(service("shop", 1, 128).build())).isEqualTo("n2");
  }

  @Test
  void goesOnlyWhereTheLabelsAre() {
    cluster.node("n1", "zone=a").node("n2", "zone=b").node("n3");
    ServiceSpec shop = service("shop").place(Cluster.require("zone=b")).build();
    assertThat(cluster.add(shop, "", "")).containsExactly("n2", "n2");
    ServiceSpec other = service("other").place(Cluster.require("zone=c")).build();
    assertThat(cluster.add(other)).isEqualTo("none of 3 nodes can take it (3: label)");
  }

  @Test
  void takesThePreferredWhileThereIsRoom() {
    cluster.node("n1", 4, 4096, 9).node("n2", 4, 4096, 2, "disk=ssd");
    ServiceSpec shop = service("shop").place(Cluster.prefer("disk=ssd")).build();
    assertThat(cluster.add(shop, "", "", "")).containsExactly("n2", "n2", "n1");
  }

  @Test
  void packsOneNodeAfterTheOther() {
    cluster.node("n1", 2, 4096, 9).node("n2", 2, 4096, 9);
    ServiceSpec shop = service("shop", 1, 128).place(Cluster.pack()).build();
    assertThat(cluster.add(shop, "", "", "")).containsExactly("n1", "n1", "n2");
  }

  @Test
  void packsIntoTheFullestThatHasRoom() {
    cluster.node("n1", 4, 4096, 9).node("n2", 4, 4096, 9);
    cluster.add(service("a", 1, 128).build());
    cluster.add(service("b", 2, 128).build());
    assertThat(cluster.add(service("shop", 1, 128).place(Cluster.pack()).build())).isEqualTo("n2");
    assertThat(cluster.add(service("more", 2, 128).place(Cluster.pack()).build())).isEqualTo("n1");
  }

  @Test
  void reservesCoresAndMemoryAndPlaces() {
    cluster.node("n1", 2, 4096, 9).node("n2", 8, 1024, 9).node("n3", 8, 4096, 0);
    assertThat(cluster.add(service("shop", 2.5, 2000).build()))
        .isEqualTo("none of 3 nodes can take it (1: number of instances, 1: cpu, 1: memory)");
  }

  @Test
  void allowsAFixedPortOnceANode() {
    cluster.node("n1").node("n2");
    ServiceSpec fixed = service("fixed").port(new PortPolicy.Fixed(8080)).build();
    ServiceSpec same = service("same").port(new PortPolicy.Fixed(8080)).build();
    assertThat(cluster.add(fixed)).isEqualTo("n1");
    assertThat(cluster.add(same)).isEqualTo("n2");
    assertThat(cluster.add(fixed)).isEqualTo("none of 2 nodes can take it (2: port)");
  }

  @Test
  void keepsAFixedPortForWhatIsOnItsWayOut() {
    cluster.node("n1");
    ServiceSpec fixed = service("fixed").port(new PortPolicy.Fixed(8080)).build();
    cluster.add(fixed);
    cluster.leaves("n1", fixed.name(), 1);
    assertThat(cluster.add(fixed)).contains("port");
  }

  @Test
  void putsNoMoreOnANodeThanTheFileSays() {
    cluster.node("n1").node("n2");
    ServiceSpec shop = service("shop").place(Cluster.perNode(1)).build();
    assertThat(cluster.add(shop, "", "", ""))
        .containsExactly("n1", "n2", "none of 2 nodes can take it (2: per-node)");
    assertThat(cluster.add(shop, 2)).as("beside the old revision").isEqualTo("n1");
  }

  @Test
  void keepsServicesApartInBothDirections() {
    cluster.node("n1").node("n2");
    ServiceSpec batch = service("batch").place(Cluster.apart("shop")).build();
    assertThat(cluster.add(batch)).isEqualTo("n1");
    assertThat(cluster.add(SHOP, "", "")).containsExactly("n2", "n2");
    assertThat(cluster.add(batch)).isEqualTo("n1");
  }

  @Test
  void putsNothingOnAClosedNodeAndSaysWhy() {
    cluster.node("n1", Optional.empty(), Optional.of("its session is gone")).node("n2");
    assertThat(cluster.add(SHOP, "", "")).containsExactly("n2", "n2");
    Request request = new Request(new InstanceId(new ServiceName("shop"), 9), 1, SHOP);
    assertThat(Placement.obstacle(request, cluster.nodes().getFirst()).orElseThrow().detail())
        .isEqualTo("suspect, its session is gone");
  }

  @Test
  void explainsItsChoice() {
    cluster.node("n1", "zone=a").node("n2", "zone=b").node("n3", "zone=c");
    ServiceSpec shop = service("shop").place(Cluster.spread("zone")).build();
    cluster.add(shop);
    Choice choice =
        Placement.choose(new Request(new InstanceId(shop.name(), 2), 1, shop), cluster.nodes());
    assertThat(((Choice.Placed) choice).reason()).isEqualTo("n2: fewest of it in zone b");
    assertThat(((Choice.Placed) choice).evidence())
        .containsEntry("could-take-it", "3")
        .containsEntry("in zone b", "0");
  }

  @Test
  void saysThatThereAreNoNodes() {
    assertThat(cluster.add(SHOP)).isEqualTo("there is no node");
  }
}

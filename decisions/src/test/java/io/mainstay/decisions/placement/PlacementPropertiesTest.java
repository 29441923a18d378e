package io.mainstay.decisions.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Place;
import io.mainstay.model.spec.PortPolicy;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.state.NodeCapacity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What holds for every cluster and every service, tried on seeded ones. */
class PlacementPropertiesTest {
  private static final int SEEDS = 400;

  @Test
  void neverBreaksARuleOfTheFile() {
    int placed = 0;
    int refused = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      Cluster cluster = cluster(random);
      List<ServiceSpec> services = services(random);
      for (int i = 0; i < 30; i++) {
        String where = cluster.add(services.get(random.nextInt(services.size())));
        placed += where.startsWith("n") && where.length() <= 3 ? 1 : 0;
        refused += where.startsWith("none") ? 1 : 0;
      }
      for (NodeView node : cluster.nodes()) {
        isKept(node, services, "seed " + seed);
      }
    }
    assertThat(placed).as("interesting cases").isGreaterThan(SEEDS);
    assertThat(refused).as("interesting cases").isGreaterThan(SEEDS);
  }

  private static void isKept(NodeView node, List<ServiceSpec> services, String seed) {
    if (!node.occupants().isEmpty()) {
      assertThat(node.standing().closed()).as(seed).isEmpty();
    }
    if (node.capacity().isPresent()) {
      NodeCapacity offered = node.capacity().get();
      assertThat(node.occupants().size()).as(seed).isLessThanOrEqualTo(offered.instances());
      assertThat(node.reserved().cpuCores()).as(seed).isLessThanOrEqualTo(offered.cpuCores() + .01);
      assertThat(node.reserved().memoryBytes()).as(seed).isLessThanOrEqualTo(offered.memoryBytes());
    }
    TreeMap<Integer, Integer> ports = new TreeMap<>();
    for (Occupant occupant : node.occupants()) {
      Place place = spec(services, occupant).place();
      place
          .require()
          .forEach((label, value) -> assertThat(node.label(label)).as(seed).isEqualTo(value));
      occupant.port().ifPresent(port -> ports.merge(port, 1, Integer::sum));
      long same =
          node.occupants().stream()
              .filter(other -> other.id().service().equals(occupant.id().service()))
              .count();
      assertThat(same).as(seed).isLessThanOrEqualTo(place.perNode().orElse(Integer.MAX_VALUE));
      assertThat(node.occupants())
          .as(seed)
          .noneMatch(other -> place.apart().contains(other.id().service()));
    }
    assertThat(ports.values()).as(seed).allMatch(count -> count == 1);
  }

  @Test
  void spreadsEvenlyWhereThereIsRoom() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      Cluster cluster = new Cluster();
      int nodes = 1 + random.nextInt(9);
      for (int i = 1; i <= nodes; i++) {
        cluster.node("n" + i, "zone=" + (char) ('a' + random.nextInt(3)));
      }
      boolean zones = random.nextBoolean();
      ServiceSpec shop =
          Cluster.service("shop").place(Cluster.spread(zones ? "zone" : "node")).build();
      for (int i = random.nextInt(25); i >= 0; i--) {
        cluster.add(shop);
      }
      TreeMap<String, Integer> counts = new TreeMap<>();
      TreeMap<String, TreeMap<String, Integer>> within = new TreeMap<>();
      for (NodeView node : cluster.nodes()) {
        int there = node.occupants().size();
        counts.merge(zones ? node.label("zone") : node.name().value(), there, Integer::sum);
        within
            .computeIfAbsent(node.label("zone"), _ -> new TreeMap<>())
            .put(node.name().value(), there);
      }
      assertThat(difference(counts)).as("seed %d: %s", seed, counts).isLessThanOrEqualTo(1);
      within
          .values()
          .forEach(zone -> assertThat(difference(zone)).as("in zone").isLessThanOrEqualTo(1));
    }
  }

  @Test
  void isUnevenOnlyWhereSomethingIsInTheWay() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      Cluster cluster = cluster(random);
      ServiceSpec shop = Cluster.service("shop", 0.5, 64).build();
      for (int i = 0; i < 20; i++) {
        cluster.add(shop);
        for (NodeView few : cluster.nodes()) {
          for (NodeView many : cluster.nodes()) {
            if (many.occupants().size() > few.occupants().size() + 1) {
              Request next = new Request(new InstanceId(shop.name(), 99), 1, shop);
              assertThat(Placement.obstacle(next, few)).as("seed %d", seed).isPresent();
            }
          }
        }
      }
    }
  }

  @Test
  void choosesTheSameForTheSame() {
    for (int seed = 0; seed < 50; seed++) {
      assertThat(run(seed)).isEqualTo(run(seed));
    }
  }

  private static List<String> run(int seed) {
    Random random = new Random(seed);
    Cluster cluster = cluster(random);
    List<ServiceSpec> services = services(random);
    List<String> placed = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      placed.add(cluster.add(services.get(random.nextInt(services.size()))));
    }
    return placed;
  }

  private static int difference(TreeMap<String, Integer> counts) {
    int least = counts.values().stream().mapToInt(Integer::intValue).min().orElse(0);
    int most = counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    return most - least;
  }

  private static ServiceSpec spec(List<ServiceSpec> services, Occupant occupant) {
    return services.stream()
        .filter(spec -> spec.name().equals(occupant.id().service()))
        .findFirst()
        .orElseThrow();
  }

  private static Cluster cluster(Random random) {
    Cluster cluster = new Cluster();
    int nodes = 1 + random.nextInt(6);
    for (int i = 1; i <= nodes; i++) {
      Optional<NodeCapacity> capacity =
          random.nextInt(4) == 0
              ? Optional.empty()
              : Optional.of(
                  new NodeCapacity(
                      random.nextInt(5), (long) random.nextInt(2048) << 20, random.nextInt(12)));
      Optional<String> closed =
          random.nextInt(5) == 0 ? Optional.of("its session is gone") : Optional.empty();
      cluster.node(
          "n" + i,
          capacity,
          closed,
          "zone=" + (char) ('a' + random.nextInt(3)),
          "disk=" + (random.nextBoolean() ? "ssd" : "hdd"));
    }
    return cluster;
  }

  private static List<ServiceSpec> services(Random random) {
    List<ServiceSpec> services = new ArrayList<>();
    for (String name : List.of("shop", "orders", "batch")) {
      Place place =
          new Place(
              random.nextBoolean() ? "zone" : "node",
              random.nextInt(3) == 0 ? Cluster.map("zone=a") : Cluster.map(),
              random.nextInt(3) == 0 ? Cluster.map("disk=ssd") : Cluster.map(),
              random.nextInt(4) == 0,
              random.nextInt(4) == 0 ? OptionalInt.of(1 + random.nextInt(2)) : OptionalInt.empty(),
              random.nextInt(4) == 0 && !name.equals("shop")
                  ? List.of(new ServiceName("shop"))
                  : List.of());
      services.add(
          Cluster.service(name, random.nextInt(1, 8) / 4.0, 32 + random.nextInt(512))
              .port(random.nextInt(4) == 0 ? new PortPolicy.Fixed(8080) : new PortPolicy.Auto())
              .place(place)
              .build());
    }
    return services;
  }
}

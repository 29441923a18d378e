package io.mainstay.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two machines and a witness, made of network namespaces: docs/two-machines.md. */
@Tag("integration")
class TwoMachinesTest extends OnThreeMachines {
  private static final Duration BOUND = Duration.ofSeconds(120);

  TwoMachinesTest() {
    super(92, BOUND);
  }

  @BeforeEach
  void join() throws IOException {
    hosts.up(1, file(2));
    awaitServing(1, 2);
    String token = hosts.token(1);
    hosts.join(2, 1, token);
    hosts.join(3, 1, token, "--witness");
    awaitAllReady();
    hosts.mainstay(2, "scale", "shop", "4");
    awaitServing(1, 4);
    awaitServing(2, 4);
    awaitThreeVote(3);
  }

  /** Instances of each node that serve, as h1 sees it. */
  private TreeMap<String, Integer> placed(int seenBy) {
    TreeMap<String, Integer> counts = new TreeMap<>();
    hosts
        .api(seenBy, "/status")
        .get("services")
        .get(0)
        .get("instances")
        .forEach(instance -> {
          if (instance.get("state").asString().equals("serving")) {
            counts.merge(instance.get("node").asString(), 1, Integer::sum);
          }
        });
    return counts;
  }

  private TreeSet<String> pids() {
    TreeSet<String> pids = new TreeSet<>();
    hosts
        .api(1, "/status")
        .get("services")
        .get(0)
        .get("instances")
        .forEach(instance -> pids.add(instance.get("pid").toString()));
    return pids;
  }

  @Test
  void withoutTheWitnessAllGoesOnAndWithItOneMachineIsReplaced() throws Exception {
    assertThat(placed(1)).doesNotContainKey("h3").containsKeys("h1", "h2");
    TreeSet<String> before = pids();

    // The witness is lost: nothing stops, and the two go on deciding.
    HostClient load = new HostClient(hosts, 1, hosts.address(1) + ":8080", 50);
    hosts.signal(3, "KILL");
    awaitState(1, "h3", "lost");
    assertThat(pids()).isEqualTo(before);
    hosts.mainstay(1, "scale", "shop", "3");
    awaitServing(2, 3);
    hosts.mainstay(1, "scale", "shop", "4");
    awaitServing(2, 4);

    // It is back, by the command that it had: then a machine is lost, which may be the one that
    // decided.
    hosts.join(3, 1, "", "--witness");
    awaitState(2, "h3", "ready");
    long[] seen = load.end();
    assertThat(seen[1]).as(load.text()).isZero();
    HostClient through = new HostClient(hosts, 2, hosts.address(2) + ":8080", 50);
    hosts.signal(1, "KILL");
    await(
        "replacements on h2",
        () -> hosts.serving(2, "shop") == 4 && placed(2).getOrDefault("h2", 0) == 4);
    // Whoever decides anew begins with a doubt.
    awaitState(2, "h1", "lost");
    long[] after = through.end();
    assertThat(after[1]).as(through.text()).isZero();
  }
}

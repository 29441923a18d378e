package io.mainstay.benchmarks;

import io.mainstay.gateway.Gateway;
import io.mainstay.gateway.GatewayOptions;
import io.mainstay.gateway.transport.Transport;
import io.mainstay.linux.SecureRandomness;
import io.mainstay.linux.SystemTime;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.state.Endpoint;
import io.mainstay.model.state.Role;
import io.mainstay.ports.SpecReader;
import io.mainstay.ports.TrafficObserver;
import io.mainstay.spec.YamlSpecReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CountDownLatch;

/**
 * The gateway without the rest of the server: for measuring it on a given transport and number of
 * loops. Arguments: {@code FILE TRANSPORT LOOPS}; the services of the file must be upstreams, and
 * all count as ready.
 */
public final class GatewayAlone {
  private GatewayAlone() {}

  /** See the class. */
  public static void main(String[] arguments) throws Exception {
    Path file = Path.of(arguments[0]).toAbsolutePath();
    SpecReader.Outcome outcome =
        new YamlSpecReader().read(Files.readString(file), file.toString(), Path.of("/"));
    if (!(outcome instanceof SpecReader.Outcome.Valid valid)) {
      throw new IllegalArgumentException(outcome.toString());
    }
    GatewayOptions options =
        GatewayOptions.defaults()
            .withTransport(Transport.Preference.valueOf(arguments[1]))
            .withLoops(Integer.parseInt(arguments[2]));
    Gateway gateway =
        new Gateway(options, new Printing(), new SystemTime(), new SecureRandomness());
    NodeName node = new NodeName("bench");
    gateway.configure(valid.deployment());
    gateway.publish(node, endpoints(valid.deployment(), node));
    System.out.println("transport: " + gateway.transport());
    new CountDownLatch(1).await();
  }

  private static List<Endpoint> endpoints(Deployment deployment, NodeName node) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (ServiceSpec service : deployment.services()) {
      if (service.workload() instanceof Workload.Upstreams upstreams) {
        for (int i = 0; i < upstreams.addresses().size(); i++) {
          endpoints.add(
              new Endpoint(
                  new InstanceId(service.name(), i + 1),
                  node,
                  1,
                  Role.SERVING,
                  Endpoint.Readiness.READY,
                  Optional.of(upstreams.addresses().get(i))));
        }
      }
    }
    return endpoints;
  }

  /** Shows what happens; there are no standbys. */
  private static final class Printing implements TrafficObserver {
    @Override
    public void ejected(
        InstanceId instance,
        long generation,
        Duration duration,
        String reason,
        SequencedMap<String, String> evidence) {
      System.out.println("ejected " + instance + " for " + duration + ": " + reason + evidence);
    }

    @Override
    public void restored(InstanceId instance, long generation, String reason) {
      System.out.println("restored " + instance + ": " + reason);
    }

    @Override
    public void listenerOpened(String listener, String address) {
      System.out.println("opened " + listener + " on " + address);
    }

    @Override
    public void listenerFailed(String listener, String address, String reason) {
      System.out.println("failed " + listener + " on " + address + ": " + reason);
    }

    @Override
    public void listenerClosed(String listener, String reason) {
      System.out.println("closed " + listener + ": " + reason);
    }
  }
}

package io.mainstay.model.spec;

import io.mainstay.model.ServiceName;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Everything that one {@code mainstay.yaml} asks for: valid, complete, names resolved.
 *
 * @param baseDirectory absolute; relative paths of the file start here
 * @param services in file order, names unique
 * @param listeners in file order, {@code listen:} of a service included as a listener of its name
 * @param pools of nodes, in file order, names unique
 */
public record Deployment(
    Path baseDirectory,
    List<ServiceSpec> services,
    List<ListenerSpec> listeners,
    List<PoolSpec> pools) {
  /** Copies the lists. */
  public Deployment {
    services = List.copyOf(services);
    listeners = List.copyOf(listeners);
    pools = List.copyOf(pools);
  }

  /** A deployment without pools. */
  public Deployment(Path baseDirectory, List<ServiceSpec> services, List<ListenerSpec> listeners) {
    this(baseDirectory, services, listeners, List.of());
  }

  /** A deployment that asks for nothing. */
  public static Deployment empty(Path baseDirectory) {
    return new Deployment(baseDirectory, List.of(), List.of(), List.of());
  }

  /** The service of that name, if any. */
  public Optional<ServiceSpec> service(ServiceName name) {
    return services.stream().filter(service -> service.name().equals(name)).findFirst();
  }
}

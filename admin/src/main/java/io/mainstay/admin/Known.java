package io.mainstay.admin;

import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.state.Status;
import java.util.List;
import java.util.Optional;

/** What there is, for those who asked for something else. */
final class Known {
  private static final int SHOWN = 12;

  private final AdminPorts ports;

  Known(AdminPorts ports) {
    this.ports = ports;
  }

  /** The answer to the name of a service that there is not. */
  Problem noService(ServiceName name) {
    return Problem.notFound("service: " + name + " (expected: " + service() + ")");
  }

  /** The answer to the name of an instance that there is not. */
  Problem noInstance(InstanceId id) {
    Optional<Status.ServiceStatus> service =
        services().stream().filter(one -> one.name().equals(id.service())).findFirst();
    String expected =
        service.isEmpty()
            ? "an instance of " + service()
            : oneOf(
                service.get().instances().stream().map(one -> one.id().toString()).toList(),
                "instance of " + id.service());
    return Problem.notFound("instance: " + id + " (expected: " + expected + ")");
  }

  /**
   * The answer to a command about something that there is not.
   *
   * @param what its kind and its name, such as {@code instance shop-9}
   */
  Problem missing(String what) {
    int space = what.indexOf(' ');
    String name = what.substring(space + 1);
    if (what.startsWith("service ") && ServiceName.isValid(name)) {
      return noService(new ServiceName(name));
    }
    Optional<InstanceId> instance =
        what.startsWith("instance ") ? InstanceId.parse(name) : Optional.empty();
    return instance.map(this::noInstance).orElseGet(() -> Problem.notFound("there is no " + what));
  }

  /** One of the services. */
  String service() {
    return oneOf(services().stream().map(one -> one.name().value()).toList(), "service");
  }

  private List<Status.ServiceStatus> services() {
    return ports.control().status().services();
  }

  private static String oneOf(List<String> names, String kind) {
    if (names.isEmpty()) {
      return "none, there is no " + kind;
    }
    String more = names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "";
    return (names.size() == 1 ? "" : "one of ")
        + String.join(", ", names.stream().limit(SHOWN).toList())
        + more;
  }
}

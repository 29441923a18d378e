package io.mainstay.spec.build;

import io.mainstay.model.Address;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.ListenerSpec;
import io.mainstay.model.spec.PoolSpec;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.spec.grammar.FileKeys;
import io.mainstay.spec.yaml.Problems;
import io.mainstay.spec.yaml.Value;
import io.mainstay.spec.yaml.Value.Entry;
import io.mainstay.spec.yaml.Value.Mapping;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The whole deployment of a file whose structure has been checked. */
public final class DeploymentBuilder {
  private static final int ENTRIES_MAX = 5000;

  private final Problems problems;
  private final Fields file;
  private final Path base;
  private final List<ServiceDraft> services = new ArrayList<>();
  private final List<ListenerDraft> listeners = new ArrayList<>();
  private final List<PoolSpec> pools = new ArrayList<>();

  private DeploymentBuilder(Mapping root, Path base, Problems problems) {
    this.problems = problems;
    this.base = base;
    this.file = new Fields(FileKeys.FILE, Optional.of(root), "", problems);
  }

  /** A service with the part of the file that it comes from. */
  record ServiceDraft(ServiceSpec spec, Fields fields) {}

  /**
   * A listener with the key that says where it listens.
   *
   * @param fields of the listener, or of the service whose {@code listen} it is
   * @param key {@code bind} or {@code listen}
   */
  record ListenerDraft(ListenerSpec spec, Fields fields, String key) {}

  /**
   * Builds everything and notes every contradiction.
   *
   * @param root of the file
   * @param base absolute; relative paths start here
   * @return of use only if {@code problems} stays empty
   */
  public static Deployment build(Mapping root, Path base, Problems problems) {
    return new DeploymentBuilder(root, base, problems).build();
  }

  private Deployment build() {
    for (Entry entry : bounded("services")) {
      if (ServiceName.isValid(entry.key()) && entry.value() instanceof Mapping) {
        service(new ServiceName(entry.key()), entry.value());
      }
    }
    for (Entry entry : bounded("listeners")) {
      if (entry.value() instanceof Mapping) {
        listener(entry.key(), entry.value());
      }
    }
    for (Entry entry : bounded("pools")) {
      if (entry.value() instanceof Mapping) {
        Fields fields = file.at("pools", entry.value(), Problems.below("pools", entry.key()));
        NodeBuilder.pool(entry.key(), fields).ifPresent(pools::add);
      }
    }
    List<String> known =
        file.entries("services").stream().map(Entry::key).filter(ServiceName::isValid).toList();
    NameChecks.check(services, listeners, known);
    AddressChecks.check(services, listeners);
    return new Deployment(
        base,
        services.stream().map(ServiceDraft::spec).toList(),
        listeners.stream().map(ListenerDraft::spec).toList(),
        pools);
  }

  /** Aliases make many of them cheap to write, not to run. */
  private List<Entry> bounded(String key) {
    List<Entry> entries = file.entries(key);
    if (entries.size() > ENTRIES_MAX) {
      file.refuse(key, "at most " + ENTRIES_MAX + " of them");
      return List.of();
    }
    return entries;
  }

  private void service(ServiceName name, Value value) {
    Fields fields = file.at("services", value, Problems.below("services", name.value()));
    services.add(new ServiceDraft(ServiceBuilder.build(name, fields, base), fields));
    boolean tcp = fields.text("protocol").equals("tcp");
    Optional<Address> bind = ListenerBuilder.bind(fields, "listen");
    bind.ifPresent(address ->
        listeners.add(
            new ListenerDraft(
                ListenerBuilder.ofService(name, address, tcp, problems), fields, "listen")));
  }

  private void listener(String name, Value value) {
    Fields fields = file.at("listeners", value, Problems.below("listeners", name));
    ListenerBuilder.build(name, fields, base)
        .ifPresent(spec -> listeners.add(new ListenerDraft(spec, fields, "bind")));
  }
}

package io.mainstay.spec.build;

import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Expansion;
import io.mainstay.model.spec.ListenerSpec;
import io.mainstay.spec.build.DeploymentBuilder.ListenerDraft;
import io.mainstay.spec.build.DeploymentBuilder.ServiceDraft;
import io.mainstay.spec.yaml.Nearest;
import io.mainstay.spec.yaml.Problems;
import io.mainstay.spec.yaml.Value;
import io.mainstay.spec.yaml.Value.Entry;
import io.mainstay.spec.yaml.Value.Mapping;
import io.mainstay.spec.yaml.Value.Scalar;
import io.mainstay.spec.yaml.Value.Sequence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Names in transactions: services, and what earlier steps captured. */
final class TransactionChecks {
  /** Names that may come from the environment, which is known only where the server runs. */
  private static final String OF_ENVIRONMENT = "[A-Z][A-Z0-9_]*";

  private final ServiceDraft draft;
  private final List<String> known;
  private final Set<String> reachable;

  private TransactionChecks(ServiceDraft draft, List<String> known, Set<String> reachable) {
    this.draft = draft;
    this.known = known;
    this.reachable = reachable;
  }

  /** Notes names that nothing has, and requests that no listener takes. */
  static void check(
      List<ServiceDraft> services, List<ListenerDraft> listeners, List<String> known) {
    Set<String> reachable = new HashSet<>();
    for (ListenerDraft listener : listeners) {
      if (listener.spec().protocol() == ListenerSpec.Protocol.HTTP) {
        NameChecks.targets(listener.spec()).forEach(name -> reachable.add(name.value()));
      }
    }
    services.forEach(draft -> new TransactionChecks(draft, known, reachable).check());
  }

  private void check() {
    Fields service = draft.fields();
    for (Entry entry : service.entries("transactions")) {
      Fields fields =
          service.at(
              "transactions",
              entry.value(),
              Problems.below(service.below("transactions"), entry.key()));
      List<String> names = new ArrayList<>();
      service.entries("env").forEach(one -> names.add(one.key()));
      steps(fields, "steps", names);
      steps(fields, "cleanup", names);
    }
  }

  private void steps(Fields transaction, String key, List<String> names) {
    List<Value> elements = transaction.elements(key);
    for (int i = 0; i < elements.size(); i++) {
      if (elements.get(i) instanceof Mapping step) {
        String path = Problems.below(transaction.below(key), i);
        target(transaction.at(key, step, path));
        references(path, step, names);
        names.addAll(captured(step));
      }
    }
  }

  private void target(Fields step) {
    Optional<String> named = step.optional("service").filter(ServiceName::isValid);
    if (named.isPresent() && !known.contains(named.get())) {
      step.refuse("service", "the name of a service of this file", Nearest.of(named.get(), known));
      return;
    }
    String asked = named.orElse(draft.spec().name().value());
    Optional<String> http = step.optional("http");
    if (http.isPresent() && http.get().contains(" /") && !reachable.contains(asked)) {
      step.refuse("http", "a listener for HTTP that leads to " + asked + ", or a whole URL");
    }
  }

  private void references(String path, Value value, List<String> names) {
    switch (value) {
      case Scalar scalar -> {
        for (String name : Expansion.names(scalar.text())) {
          if (!names.contains(name)
              && !name.matches(OF_ENVIRONMENT)
              && !scalar.text().contains("${" + name + ":-")
              && Expansion.problem(scalar.text()).isEmpty()) {
            draft
                .fields()
                .problems()
                .add(
                    scalar.place(),
                    path,
                    name,
                    "a name that an earlier step captures, or of env",
                    Nearest.of(name, names));
          }
        }
      }
      case Sequence sequence -> {
        for (int i = 0; i < sequence.elements().size(); i++) {
          references(Problems.below(path, i), sequence.elements().get(i), names);
        }
      }
      case Mapping mapping -> {
        for (Entry entry : mapping.entries()) {
          // A regular expression and a query are taken as written.
          if (!entry.key().equals("capture") && !entry.key().equals("query")) {
            references(Problems.below(path, entry.key()), entry.value(), names);
          }
        }
      }
    }
  }

  private static List<String> captured(Mapping step) {
    List<String> names = new ArrayList<>();
    Optional<Value> sql = step.entry("sql").map(Entry::value);
    for (Mapping mapping :
        sql.orElse(step) instanceof Mapping inside ? List.of(step, inside) : List.of(step)) {
      switch (mapping.entry("capture").map(Entry::value).orElse(null)) {
        case Scalar scalar -> names.add(scalar.text());
        case Mapping map -> map.entries().forEach(entry -> names.add(entry.key()));
        case null, default -> {}
      }
    }
    return names;
  }
}

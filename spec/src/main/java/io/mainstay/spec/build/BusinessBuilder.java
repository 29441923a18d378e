package io.mainstay.spec.build;

import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Business;
import io.mainstay.model.spec.Fallback;
import io.mainstay.model.spec.Remedy;
import io.mainstay.model.spec.RestorePolicy;
import io.mainstay.model.spec.TransactionSpec;
import io.mainstay.spec.yaml.Problems;
import io.mainstay.spec.yaml.Scalars;
import io.mainstay.spec.yaml.Value.Entry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What proves that a service does its work, and what is done if it does not. */
final class BusinessBuilder {
  private static final Duration EVERY_MIN = Duration.ofSeconds(1);

  private BusinessBuilder() {}

  static Business build(Fields service, ServiceName name, Path base) {
    Optional<Fallback> fallback = FallbackBuilder.build(service, base);
    List<TransactionSpec> transactions = new ArrayList<>();
    for (Entry entry : service.entries("transactions")) {
      Fields fields =
          service.at(
              "transactions",
              entry.value(),
              Problems.below(service.below("transactions"), entry.key()));
      if (fields.mapping().isPresent()) {
        transactions.add(transaction(entry.key(), fields));
      }
    }
    return new Business(
        fallback,
        transactions,
        FlowBuilder.flows(service, name),
        remedies(service),
        restore(service));
  }

  private static TransactionSpec transaction(String name, Fields fields) {
    Duration every = fields.duration("every");
    if (every.compareTo(EVERY_MIN) < 0) {
      fields.refuse("every", "at least 1s");
    }
    List<TransactionSpec.Step> steps = StepBuilder.steps(fields, "steps");
    return new TransactionSpec(
        name,
        every,
        fields.duration("within"),
        fields.integer("fall"),
        steps,
        StepBuilder.steps(fields, "cleanup"));
  }

  private static List<Remedy> remedies(Fields service) {
    List<Remedy> remedies =
        service.texts("when-failing").stream()
            .map(word -> Remedy.valueOf(word.toUpperCase(Locale.ROOT)))
            .toList();
    if (!service.has("when-failing")) {
      return remedies;
    }
    int divert = remedies.indexOf(Remedy.DIVERT);
    int shutdown = remedies.indexOf(Remedy.SHUTDOWN);
    if (shutdown >= 0 && service.has("fallback") && (divert < 0 || divert > shutdown)) {
      service.refuse("when-failing", "divert before shutdown, so that somebody answers");
    }
    if (divert >= 0 && !service.has("fallback")) {
      service.refuse("when-failing", "a fallback beside it, to divert to");
    }
    return remedies;
  }

  private static RestorePolicy restore(Fields service) {
    Fields fields = service.in("restore");
    RestorePolicy usual = RestorePolicy.DEFAULT;
    if (fields.mapping().isEmpty()) {
      boolean manual = service.optional("restore").filter("manual"::equals).isPresent();
      return new RestorePolicy(
          manual ? RestorePolicy.Mode.MANUAL : usual.mode(),
          usual.after(),
          usual.share(),
          usual.every());
    }
    List<Double> share = new ArrayList<>();
    for (String text : fields.texts("share")) {
      share.add(Scalars.share(text).orElseThrow());
    }
    for (int i = 0; i < share.size(); i++) {
      if (share.get(i) <= (i == 0 ? 0 : share.get(i - 1))) {
        fields.refuse("share", "shares above 0%, each above the one before");
        break;
      }
    }
    if (share.getLast() != 1.0) {
      fields.refuse("share", "100% as the last one");
    }
    return new RestorePolicy(
        usual.mode(), fields.integer("after"), share, fields.duration("every"));
  }
}

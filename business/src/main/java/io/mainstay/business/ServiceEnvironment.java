package io.mainstay.business;

import io.mainstay.model.spec.Expansion;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.spec.Workload.EnvironmentValue;
import io.mainstay.ports.ProcessHost.CommandOutcome;
import io.mainstay.ports.SecretSource;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The variables of the service that a run belongs to, as its instances have them, but for those
 * that only an instance has, such as {@code PORT}. Files and commands are read once a run, and only
 * when somebody asks for them.
 */
final class ServiceEnvironment {
  private static final Duration COMMAND_LIMIT = Duration.ofSeconds(30);

  private final SequencedMap<String, String> given;
  private final SequencedMap<String, EnvironmentValue> own;
  private final SequencedMap<String, String> inherited;
  private final Optional<Workload.Run> run;
  private final Path base;
  private final SecretSource files;
  private final Commands commands;
  private final Map<String, String> known = new ConcurrentHashMap<>();
  private final List<String> secrets = new CopyOnWriteArrayList<>();

  /**
   * Of one run; nothing is read yet.
   *
   * @param given names that the run itself has
   * @param inherited Mainstay's own
   * @param base of relative paths
   */
  ServiceEnvironment(
      SequencedMap<String, String> given,
      ServiceSpec service,
      SequencedMap<String, String> inherited,
      Path base,
      SecretSource files,
      Commands commands) {
    this.given = given;
    this.run =
        service.workload() instanceof Workload.Run process
            ? Optional.of(process)
            : Optional.empty();
    this.own = run.map(Workload.Run::environment).orElseGet(LinkedHashMap::new);
    this.inherited = inherited;
    this.base = base;
    this.files = files;
    this.commands = commands;
  }

  /**
   * The value of a name, if it has one.
   *
   * @throws StepFailure if it has one that cannot be found out
   */
  Optional<String> value(String name) throws StepFailure, InterruptedException {
    if (given.containsKey(name)) {
      return Optional.ofNullable(given.get(name));
    }
    EnvironmentValue value = own.get(name);
    if (value == null) {
      return Optional.ofNullable(inherited.get(name));
    }
    String found = known.get(name);
    if (found == null) {
      found = resolve(name, value);
      known.put(name, found);
    }
    return Optional.of(found);
  }

  /** All of them, for a command; what has no value without an instance is left out. */
  SequencedMap<String, String> all() throws StepFailure, InterruptedException {
    SequencedMap<String, String> all = new LinkedHashMap<>(inherited);
    all.remove("MAINSTAY_NONCE");
    for (String name : own.keySet()) {
      if (!isOfInstance(name)) {
        value(name).ifPresent(found -> all.put(name, found));
      }
    }
    all.putAll(given);
    return all;
  }

  /** Where commands of the service run. */
  Path directory() throws StepFailure, InterruptedException {
    return run.isPresent() ? path(run.get().directory()) : base;
  }

  /** The text without the values that came from files and commands. */
  String withoutSecrets(String text) {
    String shown = text;
    for (String secret : secrets) {
      shown = shown.replace(secret, "***");
    }
    return shown;
  }

  private String resolve(String name, EnvironmentValue value)
      throws StepFailure, InterruptedException {
    return switch (value) {
      case EnvironmentValue.Text(String text) -> expand(name, text);
      case EnvironmentValue.FromFile(Path path) -> {
        Path file = path(path);
        try {
          yield secret(files.read(file));
        } catch (IOException e) {
          throw StepFailure.unknown(
              "variable " + name + ": cannot read " + file + ": " + Quoting.message(e));
        }
      }
      case EnvironmentValue.FromCommand(List<String> words) -> {
        List<String> command = new ArrayList<>();
        for (String word : words) {
          command.add(expand(name, word));
        }
        yield secret(output(name, command));
      }
    };
  }

  private String output(String name, List<String> command)
      throws StepFailure, InterruptedException {
    SequencedMap<String, String> environment = new LinkedHashMap<>(inherited);
    environment.remove("MAINSTAY_NONCE");
    for (String other : own.keySet()) {
      if (other.equals(name)) {
        break;
      }
      if (!isOfInstance(other)) {
        value(other).ifPresent(found -> environment.put(other, found));
      }
    }
    Optional<String> user = run.flatMap(Workload.Run::user);
    CommandOutcome outcome =
        commands.run(
            command,
            directory(),
            environment,
            user.isPresent() ? Optional.of(expand(name, user.get())) : user,
            COMMAND_LIMIT);
    if (!outcome.succeeded()) {
      throw StepFailure.unknown(
          "variable "
              + name
              + ": "
              + outcome
                  .problem()
                  .orElse("the command ended with exit code " + outcome.code().orElse(-1)));
    }
    return outcome.output().replaceFirst("\r?\n\\z", "");
  }

  private String secret(String value) {
    if (value.length() > 2) {
      secrets.add(value);
    }
    return value;
  }

  /** A name inside of its own value is the inherited one. */
  private String expand(String name, String text) throws StepFailure, InterruptedException {
    return Expanding.expand(
        text,
        asked -> asked.equals(name) ? Optional.ofNullable(inherited.get(asked)) : value(asked));
  }

  /** A value that is an absolute path starts anew where it stands. */
  private Path path(Path path) throws StepFailure, InterruptedException {
    String text = path.toString();
    int first = text.indexOf('$');
    if (first < 0) {
      return path;
    }
    String before = text.substring(0, first);
    String filled = Expanding.expand(text.substring(first), this::value);
    try {
      return before.endsWith("/")
          ? Path.of(before).resolve(filled).normalize()
          : Path.of(before + filled).normalize();
    } catch (InvalidPathException e) {
      throw StepFailure.unknown("not a path: " + e.getReason());
    }
  }

  /** Whether its value is made of what only an instance has. */
  private boolean isOfInstance(String name) {
    List<String> texts =
        switch (own.get(name)) {
          case EnvironmentValue.Text(String text) -> List.of(text);
          case EnvironmentValue.FromFile(Path path) -> List.of(path.toString());
          case EnvironmentValue.FromCommand(List<String> words) -> words;
          case null -> List.of();
        };
    return texts.stream()
        .flatMap(text -> Expansion.names(text).stream())
        .filter(asked -> !asked.equals(name))
        .anyMatch(asked ->
            own.containsKey(asked)
                ? isOfInstance(asked)
                : !given.containsKey(asked)
                    && !inherited.containsKey(asked)
                    && (asked.equals("PORT") || asked.startsWith("MAINSTAY_")));
  }
}

package io.mainstay.linux;

import io.mainstay.model.NodeName;
import io.mainstay.model.spec.Expansion;
import io.mainstay.model.spec.PoolSpec;
import io.mainstay.model.spec.ServiceSpec.Hook;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.NodeProvider;
import io.mainstay.ports.ProcessHost;
import io.mainstay.ports.ProcessHost.CommandOutcome;
import io.mainstay.ports.ProcessHost.CommandRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Nodes by commands of one's own: any cloud's command line, or scripts. They run in the folder of
 * the file with Mainstay's environment and {@code MAINSTAY_POOL}, {@code MAINSTAY_NODE}, and to
 * create {@code MAINSTAY_JOIN}, the words of the command that the new node is to run. Exit code 0
 * means done. Any thread may call.
 */
public final class ScriptNodeProvider implements NodeProvider {
  private static final int TOLD = 300;

  private final ProcessHost host;
  private final SequencedMap<String, String> environment;
  private final Function<Order, String> join;

  /**
   * Wires it up.
   *
   * @param host runs the commands; its results may arrive on any thread
   * @param environment of Mainstay itself
   * @param join the command by which the node of an order joins, with a fresh token; on the
   *     caller's thread
   */
  public ScriptNodeProvider(
      ProcessHost host, SequencedMap<String, String> environment, Function<Order, String> join) {
    this.host = host;
    this.environment = new LinkedHashMap<>(environment);
    this.join = join;
  }

  @Override
  public void create(Order order, Mailbox mailbox, Consumer<Result> done) {
    SequencedMap<String, String> names = names(order.pool());
    names.put("MAINSTAY_NODE", order.node().value());
    String command;
    try {
      command = join.apply(order);
    } catch (IllegalStateException e) {
      mailbox.post(() -> done.accept(new Result.Failed("no join command: " + e.getMessage())));
      return;
    }
    names.put("MAINSTAY_JOIN", command);
    PoolSpec.Provider.Script script = script(order.pool());
    run(script.create(), order.directory(), names, script.timeout(), mailbox, done);
  }

  @Override
  public void destroy(Order order, Mailbox mailbox, Consumer<Result> done) {
    PoolSpec.Provider.Script script = script(order.pool());
    run(script.destroy(), order.directory(), names(order), script.timeout(), mailbox, done);
  }

  @Override
  public void hook(Order order, Hook hook, Mailbox mailbox, Consumer<Result> done) {
    run(hook.command(), order.directory(), names(order), hook.timeout(), mailbox, done);
  }

  @Override
  public void list(PoolSpec pool, Path directory, Mailbox mailbox, Consumer<Listing> done) {
    PoolSpec.Provider.Script script = script(pool);
    start(
        script.list(),
        directory,
        names(pool),
        script.timeout(),
        outcome -> {
          Listing listing =
              outcome.code().orElse(-1) == 0
                  ? new Listing.Listed(nodes(outcome.output()))
                  : new Listing.Failed(problem(outcome));
          mailbox.post(() -> done.accept(listing));
        });
  }

  private static List<NodeName> nodes(String output) {
    TreeSet<NodeName> nodes = new TreeSet<>();
    output
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .map(NodeName::new)
        .forEach(nodes::add);
    return List.copyOf(nodes);
  }

  private void run(
      List<String> command,
      Path directory,
      SequencedMap<String, String> names,
      Duration timeout,
      Mailbox mailbox,
      Consumer<Result> done) {
    start(
        command,
        directory,
        names,
        timeout,
        outcome -> {
          Result result =
              outcome.code().orElse(-1) == 0
                  ? new Result.Done(shortened(outcome.output()))
                  : new Result.Failed(problem(outcome));
          mailbox.post(() -> done.accept(result));
        });
  }

  private void start(
      List<String> command,
      Path directory,
      SequencedMap<String, String> names,
      Duration timeout,
      Consumer<CommandOutcome> done) {
    LinkedHashMap<String, String> all = new LinkedHashMap<>(environment);
    all.putAll(names);
    List<String> words = new ArrayList<>(command.size());
    for (String word : command) {
      switch (Expansion.expand(word, name -> Optional.ofNullable(all.get(name)))) {
        case Expansion.Outcome.Expanded expanded -> words.add(expanded.text());
        case Expansion.Outcome.Undefined undefined -> {
          String problem = undefined.name() + " has no value";
          done.accept(new CommandOutcome(OptionalInt.empty(), "", Optional.of(problem)));
          return;
        }
        case Expansion.Outcome.Malformed malformed -> {
          String problem = "expected: " + malformed.expected();
          done.accept(new CommandOutcome(OptionalInt.empty(), "", Optional.of(problem)));
          return;
        }
      }
    }
    host.run(
        new CommandRequest(Optional.empty(), words, directory, all, Optional.empty(), timeout),
        done);
  }

  private static SequencedMap<String, String> names(PoolSpec pool) {
    SequencedMap<String, String> names = new LinkedHashMap<>();
    names.put("MAINSTAY_POOL", pool.name());
    return names;
  }

  private static SequencedMap<String, String> names(Order order) {
    SequencedMap<String, String> names = names(order.pool());
    names.put("MAINSTAY_NODE", order.node().value());
    return names;
  }

  private static PoolSpec.Provider.Script script(PoolSpec pool) {
    return switch (pool.provider()) {
      case PoolSpec.Provider.Script script -> script;
    };
  }

  /** What went wrong, with the last that it said. */
  private static String problem(CommandOutcome outcome) {
    String what = outcome.problem().orElseGet(() -> "exit " + outcome.code().orElse(-1));
    String said = shortened(outcome.output());
    return said.isEmpty() ? what : what + ": " + said;
  }

  private static String shortened(String output) {
    String text = output.strip();
    return text.length() <= TOLD ? text : "…" + text.substring(text.length() - TOLD);
  }
}

package io.mainstay.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The command line: finds the command, runs it, turns its failure into a message and a code. */
public final class Mainstay {
  private static final List<String> LATER = List.of("top", "switchover", "upgrade", "completion");

  private final CliContext context;

  /**
   * A command line.
   *
   * @param screen where it writes
   * @param environment the process's
   * @param parts what comes from other rooms
   */
  public Mainstay(Screen screen, Map<String, String> environment, CliParts parts) {
    this.context = new CliContext(screen, new TreeMap<>(environment), parts);
  }

  @Command(
      name = "mainstay",
      description = "Keeps services up: runs, watches, balances, replaces, scales.",
      synopsisSubcommandLabel = "COMMAND",
      footer = {
        "",
        "Exit codes: 0 done, 1 failed, 2 wrong usage or file, 3 refused by the governor, 4 no"
            + " server.",
        "The server is found by --admin or MAINSTAY_ADMIN, default 127.0.0.1:7070.",
        "'mainstay COMMAND --help' says more."
      })
  private static final class Root {}

  private static SequencedMap<String, Function<CliContext, Object>> commands() {
    SequencedMap<String, Function<CliContext, Object>> commands = new LinkedHashMap<>();
    commands.put("up", UpCommand::new);
    commands.put("down", DownCommand::new);
    commands.put("apply", ApplyCommand::new);
    commands.put("plan", PlanCommand::new);
    commands.put("validate", ValidateCommand::new);
    commands.put("schema", SchemaCommand::new);
    commands.put("status", StatusCommand::new);
    commands.put("events", EventsCommand::new);
    commands.put("logs", LogsCommand::new);
    commands.put("explain", ExplainCommand::new);
    commands.put("scale", ScaleCommand::new);
    commands.put("restart", RestartCommand::new);
    commands.put("drain", DrainCommand::new);
    commands.put("isolate", IsolateCommand::new);
    commands.put("release", ReleaseCommand::new);
    commands.put("promote", PromoteCommand::new);
    commands.put("pause", PauseCommand::new);
    commands.put("resume", ResumeCommand::new);
    commands.put("divert", DivertCommand::new);
    commands.put("restore", RestoreCommand::new);
    commands.put("drill", DrillCommand::new);
    commands.put("check", CheckCommand::new);
    commands.put("doctor", DoctorCommand::new);
    commands.put("simulate", SimulateCommand::new);
    commands.put("token", TokenCommand::new);
    commands.put("join", JoinCommand::new);
    commands.put("nodes", NodesCommand::new);
    commands.put("remove", RemoveCommand::new);
    commands.put("evacuate", EvacuateCommand::new);
    commands.put("snapshot", SnapshotCommand::new);
    return commands;
  }

  /** Runs one command; answers its exit code. Never throws for what a user can do wrong. */
  public int run(String... arguments) {
    if (arguments.length > 0 && LATER.contains(arguments[0])) {
      context.screen().note("mainstay " + arguments[0] + ": not supported yet");
      return ExitCode.USAGE;
    }
    CommandLine line = line(arguments);
    if (arguments.length == 0) {
      line.usage(context.screen().err());
      return ExitCode.USAGE;
    }
    return line.execute(arguments);
  }

  /** Only the command that is asked for is built: each costs some milliseconds of reflection. */
  private CommandLine line(String... arguments) {
    SequencedMap<String, Function<CliContext, Object>> commands = commands();
    CommandLine line = new CommandLine(CommandSpec.forAnnotatedObject(new Root()));
    String first = arguments.length > 0 ? arguments[0] : "";
    commands.forEach((name, command) -> {
      if (!commands.containsKey(first) || name.equals(first)) {
        CommandLine sub = new CommandLine(command.apply(context));
        sub.getCommandSpec().mixinStandardHelpOptions(true).version(version());
        line.addSubcommand(name, sub);
      }
    });
    line.getCommandSpec().mixinStandardHelpOptions(true).version(version());
    line.setOut(writer(context.screen().out()));
    line.setErr(writer(context.screen().err()));
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(
            context.screen().colour() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
    line.setUsageHelpWidth(context.screen().width());
    line.setCaseInsensitiveEnumValuesAllowed(false);
    line.setExecutionExceptionHandler((failure, _, _) -> failed(first, failure));
    line.setParameterExceptionHandler((failure, _) -> wrong(first, failure));
    return line;
  }

  private String version() {
    return "mainstay " + context.parts().version();
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  private int failed(String command, Exception failure) throws Exception {
    if (failure instanceof CliFailure known) {
      context.screen().note(known.message(command));
      return known.exitCode();
    }
    throw failure;
  }

  private int wrong(String command, ParameterException failure) {
    String text = failure.getMessage();
    if (command.equals("check")) {
      context.screen().line("MAINSTAY UNKNOWN - " + text);
      return CheckCommand.UNKNOWN;
    }
    boolean isCommand = commands().containsKey(command);
    context.screen().note("mainstay " + (isCommand ? command + ": " : "") + text);
    if (!isCommand) {
      List<String> near =
          CommandLine.UnmatchedArgumentException.class.isInstance(failure)
              ? ((CommandLine.UnmatchedArgumentException) failure).getSuggestions()
              : List.of();
      context
          .screen()
          .note(
              near.isEmpty()
                  ? "'mainstay --help' lists the commands"
                  : "did you mean: " + String.join(", ", near) + "?");
    } else {
      context.screen().note("'mainstay " + command + " --help' says more");
    }
    return ExitCode.USAGE;
  }
}

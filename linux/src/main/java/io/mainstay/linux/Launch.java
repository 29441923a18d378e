package io.mainstay.linux;

import io.mainstay.linux.calls.LinuxCalls;
import io.mainstay.linux.calls.UserCall;
import io.mainstay.linux.calls.UserCall.User;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;

/**
 * What exactly is given to {@code exec}: the program found on the instance's own PATH, the user
 * switched, and, where a group is to be joined or a limit set before the program runs, a shell in
 * between that does so and then becomes the program, under the same pid.
 *
 * @param program absolute
 * @param words its arguments
 * @param environment lines {@code NAME=value}
 */
record Launch(Path program, List<String> words, List<String> environment) {
  private static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

  /** Arguments: group files, {@code --}, limit of files or nothing, the program and its words. */
  private static final String JOIN =
      "while [ \"$1\" != -- ]; do { echo $$ > \"$1\"; } 2>/dev/null; shift; done; "
          + "[ -z \"$2\" ] || ulimit -n \"$2\"; shift 2; exec \"$@\"";

  /** Why a program cannot be started; a message for a person. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    Refused(String reason) {
      super(reason);
    }
  }

  /**
   * Prepares a start.
   *
   * @param joinFiles of the groups to join
   * @param files limit of open files
   */
  static Launch of(
      List<String> command,
      Path directory,
      SequencedMap<String, String> environment,
      Optional<String> userName,
      List<Path> joinFiles,
      OptionalLong files)
      throws Refused {
    if (!Files.isDirectory(directory)) {
      throw new Refused(
          (Files.exists(directory) ? "not a directory: " : "directory not found: ") + directory);
    }
    SequencedMap<String, String> variables = new LinkedHashMap<>(environment);
    List<String> words = new ArrayList<>(command);
    words.set(0, find(command.getFirst(), directory, environment).toString());
    Optional<User> user = userName.isEmpty() ? Optional.empty() : user(userName.get());
    if (user.isPresent()) {
      words.addAll(0, switchTo(user.get(), directory));
      own(variables, user.get());
    }
    if (joinFiles.isEmpty() && files.isEmpty()) {
      Path program = Path.of(words.getFirst());
      words.set(0, user.isPresent() ? words.getFirst() : command.getFirst());
      return new Launch(program, words, lines(variables));
    }
    List<String> wrapped = new ArrayList<>();
    Path shell = shellFor(variables);
    wrapped.addAll(List.of("sh", "-c", JOIN, "mainstay"));
    joinFiles.forEach(file -> wrapped.add(file.toString()));
    wrapped.add("--");
    wrapped.add(files.isPresent() ? Long.toString(files.getAsLong()) : "");
    wrapped.addAll(words);
    return new Launch(shell, wrapped, lines(variables));
  }

  /** The program that {@code name} means to a process with this environment and directory. */
  private static Path find(String name, Path directory, Map<String, String> environment)
      throws Refused {
    if (name.isEmpty()) {
      throw new Refused("command not found: the command is empty");
    }
    if (name.indexOf('/') >= 0) {
      Path program = directory.resolve(name);
      if (!Files.exists(program)) {
        throw new Refused("command not found: " + name + notIn(name, directory));
      }
      return executable(program, name);
    }
    Path notExecutable = null;
    for (String folder : environment.getOrDefault("PATH", DEFAULT_PATH).split(":", -1)) {
      Path program = directory.resolve(folder).resolve(name);
      if (Files.isRegularFile(program)) {
        if (Files.isExecutable(program)) {
          return program;
        }
        notExecutable = program;
      }
    }
    throw new Refused(
        notExecutable == null
            ? "command not found: " + name + " (looked in PATH)"
            : "not executable: " + notExecutable);
  }

  private static String notIn(String name, Path directory) {
    return name.startsWith("/") ? "" : " (in " + directory + ")";
  }

  private static Path executable(Path program, String name) throws Refused {
    if (Files.isDirectory(program)) {
      throw new Refused("not a program but a directory: " + name);
    }
    if (!Files.isExecutable(program)) {
      throw new Refused("not executable: " + name);
    }
    return program;
  }

  private static Optional<User> user(String name) throws Refused {
    User user = UserCall.byName(name).orElseThrow(() -> new Refused("user not found: " + name));
    int own = LinuxCalls.effectiveUserId();
    if (user.uid() == own) {
      return Optional.empty();
    }
    if (own != 0) {
      throw new Refused("cannot run as user " + name + ": Mainstay does not run as root");
    }
    return Optional.of(user);
  }

  private static List<String> switchTo(User user, Path directory) throws Refused {
    Path setpriv = find("setpriv", directory, Map.of("PATH", "/usr/bin:/bin:/usr/sbin:/sbin"));
    return List.of(
        setpriv.toString(),
        "--reuid=" + user.uid(),
        "--regid=" + user.gid(),
        "--init-groups",
        "--");
  }

  /** Where the environment only passes on who Mainstay is, it says who the instance is. */
  private static void own(Map<String, String> variables, User user) {
    Map<String, String> inherited = System.getenv();
    Map<String, String> own =
        Map.of("HOME", user.home().toString(), "USER", user.name(), "LOGNAME", user.name());
    own.forEach((name, value) -> {
      String now = variables.get(name);
      if (now == null || now.equals(inherited.get(name))) {
        variables.put(name, value);
      }
    });
  }

  /** A POSIX shell may drop variables whose names it could not have set; bash passes them on. */
  private static Path shellFor(Map<String, String> variables) {
    boolean odd =
        variables.keySet().stream().anyMatch(name -> !name.matches("[A-Za-z_][A-Za-z0-9_]*"));
    Path bash = Path.of("/bin/bash");
    return odd && Files.isExecutable(bash) ? bash : Path.of("/bin/sh");
  }

  private static List<String> lines(Map<String, String> variables) {
    return variables.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
  }
}

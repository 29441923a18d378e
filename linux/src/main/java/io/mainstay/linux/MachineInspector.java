package io.mainstay.linux;

import static io.mainstay.linux.MachineFact.failed;
import static io.mainstay.linux.MachineFact.ok;
import static io.mainstay.linux.MachineFact.warning;

import io.mainstay.linux.calls.LinuxCalls;
import io.mainstay.linux.calls.MachineCalls;
import io.mainstay.linux.cgroups.CgroupMounts;
import io.mainstay.linux.cgroups.SystemCgroups;
import io.mainstay.linux.logs.FileLogSource;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Looks at what on this machine would hold Mainstay back, for {@code mainstay doctor}. Changes
 * nothing, but for files and groups of its own that it removes again. May take a few milliseconds.
 */
public final class MachineInspector {
  private static final long GOOD_FILE_LIMIT = 65_536;
  private static final long GOOD_BACKLOG = 1_024;
  private static final long LITTLE_DISK = 1L << 30;
  private static final long NO_DISK = 100L << 20;
  private static final int JAVA = 25;

  private final Path dataFolder;
  private final Path proc;
  private final boolean root;

  /**
   * For this machine.
   *
   * @param dataFolder of the server; it, or the folder that would hold it, is looked at
   */
  public MachineInspector(Path dataFolder) {
    this(dataFolder, Path.of("/proc"), LinuxCalls.effectiveUserId() == 0);
  }

  MachineInspector(Path dataFolder, Path proc, boolean root) {
    this.dataFolder = dataFolder.toAbsolutePath();
    this.proc = proc;
    this.root = root;
  }

  /** Looks now. */
  public List<MachineFact> inspect() {
    List<MachineFact> facts = new ArrayList<>();
    facts.add(java());
    facts.add(kernel());
    facts.add(user());
    facts.addAll(controlGroups());
    facts.add(serviceManager());
    facts.add(openFiles());
    facts.add(ports());
    facts.add(backlog());
    facts.add(ioUring());
    facts.add(clock());
    facts.addAll(disk());
    return List.copyOf(facts);
  }

  private MachineFact java() {
    String found = System.getProperty("java.vendor") + " " + Runtime.version();
    return Runtime.version().feature() >= JAVA
        ? ok("java", found)
        : failed("java", found, "install a JDK " + JAVA + " or newer");
  }

  private MachineFact kernel() {
    String release = text("sys/kernel/osrelease").orElse("unknown release");
    int pidfd = LinuxCalls.pidfdOpen(ProcessHandle.current().pid());
    if (pidfd < 0) {
      return failed(
          "kernel",
          release + " has no process descriptors, so no process can be started",
          "use Linux 5.4 or newer (and a container runtime that lets pidfd_open through)");
    }
    LinuxCalls.close(pidfd);
    return ok("kernel", release);
  }

  private MachineFact user() {
    if (!root) {
      return warning(
          "user",
          "not root: 'user:' cannot switch users, and ports below "
              + number("sys/net/ipv4/ip_unprivileged_port_start").orElse(1024)
              + " cannot be listened on",
          "run Mainstay as root, or give it CAP_NET_BIND_SERVICE for low ports");
    }
    boolean setpriv =
        List.of("/usr/bin/setpriv", "/bin/setpriv", "/usr/sbin/setpriv").stream()
            .anyMatch(path -> Files.isExecutable(Path.of(path)));
    return setpriv
        ? ok("user", "root")
        : warning("user", "setpriv is missing, so 'user:' fails", "install the package util-linux");
  }

  private List<MachineFact> controlGroups() {
    String fix =
        root
            ? "mount the cgroup file system writable (in a container: run it with its own)"
            : "run as root, or as a systemd service with Delegate=yes";
    Path name = dataFolder.resolve("doctor");
    try (SystemCgroups cgroups = new SystemCgroups(CgroupMounts.read(), name, root)) {
      List<MachineFact> facts = new ArrayList<>();
      facts.add(
          cgroups.canTrack()
              ? ok("control groups", "processes of an instance can be held together")
              : warning(
                  "control groups",
                  "none can be made: what an instance starts is found by session, group and"
                      + " environment, and frozen by STOP",
                  fix));
      for (String limit : List.of("memory", "cpu")) {
        facts.add(
            cgroups.canLimit(limit)
                ? ok("limits." + limit, "can be enforced")
                : warning("limits." + limit, "cannot be enforced", fix));
      }
      return facts;
    }
  }

  /** A unit's end takes its group along, and with it instances that cannot leave it. */
  private MachineFact serviceManager() {
    String own = CgroupMounts.read().unifiedOwn();
    return !root && own.endsWith(".service")
        ? warning(
            "service manager",
            "instances live in the unit " + own.substring(own.lastIndexOf('/') + 1),
            "set KillMode=process in the unit, or they end with it")
        : ok("service manager", "instances outlive Mainstay");
  }

  private MachineFact openFiles() {
    OptionalLong hard = FileLimit.own(1);
    if (hard.isEmpty() || hard.getAsLong() >= GOOD_FILE_LIMIT) {
      return ok("open files", "limit " + (hard.isEmpty() ? "none" : hard.getAsLong()));
    }
    return warning(
        "open files",
        "limit " + hard.getAsLong() + ": two descriptors a proxied connection",
        "raise it: LimitNOFILE=1048576 in the unit, or ulimit -Hn 1048576 before the start");
  }

  private MachineFact ports() {
    String[] range =
        text("sys/net/ipv4/ip_local_port_range").orElse("32768 60999").split("\\s+", -1);
    long low = Long.parseLong(range[0]);
    boolean overlaps = low <= FreePorts.LAST && Long.parseLong(range[1]) >= FreePorts.FIRST;
    boolean reserved =
        text("sys/net/ipv4/ip_local_reserved_ports").orElse("").contains("20000-29999");
    return overlaps && !reserved
        ? warning(
            "instance ports",
            "the kernel hands out ports from " + low + ", also those of instances (20000-29999)",
            "sysctl -w net.ipv4.ip_local_reserved_ports=20000-29999")
        : ok("instance ports", "20000-29999 are kept from outgoing connections");
  }

  private MachineFact backlog() {
    long most = number("sys/net/core/somaxconn").orElse(GOOD_BACKLOG);
    return most >= GOOD_BACKLOG
        ? ok("connection backlog", "up to " + most)
        : warning(
            "connection backlog",
            "only " + most + " connections can wait to be accepted",
            "sysctl -w net.core.somaxconn=4096");
  }

  private MachineFact ioUring() {
    if (MachineCalls.hasIoUring() && number("sys/kernel/io_uring_disabled").orElse(0) < 2) {
      return ok("io_uring", "can be used");
    }
    return warning(
        "io_uring",
        "cannot be used, so the gateway takes epoll, which needs more CPU",
        "sysctl -w kernel.io_uring_disabled=0; in a container: let its calls through seccomp");
  }

  private MachineFact clock() {
    return MachineCalls.isClockSynchronized()
        ? ok("clock", "synchronized")
        : warning(
            "clock",
            "nothing keeps it right, so times in events may be off",
            "run chrony or systemd-timesyncd");
  }

  private List<MachineFact> disk() {
    Path folder = dataFolder;
    while (!Files.isDirectory(folder)) {
      folder = Optional.ofNullable(folder.getParent()).orElse(Path.of("/"));
    }
    if (!Files.isWritable(folder)) {
      return List.of(
          failed("data folder", folder + " cannot be written to", "choose another: --data"));
    }
    List<MachineFact> facts = new ArrayList<>();
    try {
      FileStore store = Files.getFileStore(folder);
      long free = store.getUsableSpace();
      String found = (free >> 20) + " MiB free for " + folder;
      String fix = "free some space, or choose another folder: --data";
      facts.add(
          free < NO_DISK
              ? failed("disk", found, fix)
              : free < LITTLE_DISK ? warning("disk", found, fix) : ok("disk", found));
      facts.add(
          FileLogSource.canRotateIn(folder)
              ? ok("log rotation", "works on " + store.type())
              : warning(
                  "log rotation",
                  store.type() + " cannot free the front of a file, so logs grow on",
                  "put the data folder on ext4, XFS or btrfs"));
    } catch (IOException e) {
      facts.add(failed("data folder", folder + ": " + e.getMessage(), "choose another: --data"));
    }
    return facts;
  }

  private Optional<String> text(String file) {
    // Absent in older kernels, and in a container that hides it.
    return ProcFs.text(proc.resolve(file)).map(String::strip);
  }

  private OptionalLong number(String file) {
    return text(file)
        .filter(value -> value.matches("\\d{1,18}"))
        .map(value -> OptionalLong.of(Long.parseLong(value)))
        .orElseGet(OptionalLong::empty);
  }
}

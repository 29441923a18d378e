package io.mainstay.linux.cgroups;

import io.mainstay.model.InstanceId;
import io.mainstay.model.spec.Workload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.zip.CRC32;

/**
 * Groups of this machine, all within {@code mainstay-HASH}, where the hash stands for the data
 * folder. As root that lies at the top of each hierarchy, so that ending the service manager's unit
 * of Mainstay does not take the instances along; else within our own group, if it was delegated.
 * Held by version 2 where it can be used, else by the freezer; limited by whichever has the
 * controller.
 */
public final class SystemCgroups implements Cgroups {
  private static final List<String> LIMITS = List.of("memory", "cpu");
  private static final List<String> TRACKERS = List.of("freezer", "pids", "cpuacct");

  private final KernelFiles files;
  private final Optional<Path> unified;
  private final SequencedMap<String, Path> bases = new LinkedHashMap<>();

  /**
   * Makes the folders that all groups lie in, and removes what earlier runs left empty.
   *
   * @param mounts where control groups are
   * @param dataFolder of this server
   * @param root whether we run as root
   */
  public SystemCgroups(CgroupMounts mounts, Path dataFolder, boolean root) {
    this(mounts, dataFolder, root, new KernelFiles());
  }

  SystemCgroups(CgroupMounts mounts, Path dataFolder, boolean root, KernelFiles files) {
    this.files = files;
    String name = name(dataFolder);
    unified =
        mounts
            .unified()
            .flatMap(mount -> {
              Path parent = within(mount, root ? "/" : mounts.unifiedOwn());
              Optional<Path> base = usable(parent.resolve(name));
              base.ifPresent(made -> enable(parent, made));
              return base;
            });
    mounts
        .controllers()
        .forEach((controller, mount) -> {
          if (LIMITS.contains(controller) || TRACKERS.contains(controller)) {
            String own = mounts.own().getOrDefault(controller, "/");
            usable(within(mount, root ? "/" : own).resolve(name))
                .ifPresent(base -> bases.put(controller, base));
          }
        });
    clean();
  }

  /** Whether runs can be held together. */
  public boolean canTrack() {
    return unified.isPresent() || TRACKERS.stream().anyMatch(bases::containsKey);
  }

  /** Whether a limit ({@code memory}, {@code cpu}) can be enforced. */
  public boolean canLimit(String controller) {
    return bases.containsKey(controller)
        || unified
            .filter(base -> controllers(base, "cgroup.subtree_control").contains(controller))
            .isPresent();
  }

  @Override
  public void close() {
    // What still runs keeps its group, and with it the folder.
    clean();
    places().values().forEach(files::removeEmpty);
  }

  @Override
  public Optional<Cgroup> create(InstanceId instance, String nonce, Workload.Limits limits) {
    String name = instance + "-" + nonce;
    try {
      Optional<Tracking> tracking = track(name);
      if (tracking.isEmpty()) {
        return Optional.empty();
      }
      List<String> problems = new ArrayList<>();
      Workload.Limits rest = limits;
      if (tracking.get() instanceof Version2 group && canLimitUnified()) {
        problems.addAll(group.limit(limits));
        rest = Workload.Limits.NONE;
      }
      Version1Limits old = Version1Limits.make(files, bases, name, rest, problems);
      return Optional.of(new MixedCgroup(files, tracking.get(), old, List.copyOf(problems)));
    } catch (IOException e) {
      return Optional.empty(); // the start goes on without, and says so if limits are wanted
    }
  }

  @Override
  public SequencedMap<String, String> runs() {
    SequencedMap<String, String> found = new LinkedHashMap<>();
    for (Path place : trackingPlaces()) {
      for (Path group : files.children(place)) {
        String name = group.getFileName().toString();
        int split = name.lastIndexOf('-');
        if (split > 0) {
          found.putIfAbsent(name.substring(split + 1), name.substring(0, split));
        }
      }
    }
    return found;
  }

  private List<Path> trackingPlaces() {
    List<Path> places = new ArrayList<>();
    unified.ifPresent(places::add);
    TRACKERS.stream().filter(bases::containsKey).forEach(name -> places.add(base(name)));
    return places;
  }

  @Override
  public Optional<Cgroup> find(String nonce) {
    for (Path place : trackingPlaces()) {
      for (Path group : files.children(place)) {
        if (group.getFileName().toString().endsWith("-" + nonce)) {
          return Optional.of(existing(place, group));
        }
      }
    }
    return Optional.empty();
  }

  private Cgroup existing(Path place, Path group) {
    String name = group.getFileName().toString();
    Tracking tracking =
        unified.filter(place::equals).isPresent()
            ? new Version2(files, group)
            : new Version1Tracking(
                files,
                group,
                Optional.ofNullable(bases.get("cpuacct"))
                    .map(base -> base.resolve(name))
                    .filter(Files::isDirectory));
    return new MixedCgroup(files, tracking, Version1Limits.existing(files, bases, name), List.of());
  }

  private Optional<Tracking> track(String name) throws IOException {
    if (unified.isPresent()) {
      Path group = unified.get().resolve(name);
      files.make(group);
      return Optional.of(new Version2(files, group));
    }
    for (String tracker : TRACKERS) {
      if (bases.containsKey(tracker)) {
        Path group = base(tracker).resolve(name);
        files.make(group);
        Optional<Path> accounting =
            Optional.ofNullable(bases.get("cpuacct")).map(b -> b.resolve(name));
        if (accounting.isPresent()) {
          files.make(accounting.get());
        }
        return Optional.of(new Version1Tracking(files, group, accounting));
      }
    }
    return Optional.empty();
  }

  private Path base(String controller) {
    return Optional.ofNullable(bases.get(controller)).orElseThrow();
  }

  /** On hybrid machines version 2 has no controllers; the limits are then with version 1. */
  private boolean canLimitUnified() {
    return LIMITS.stream().noneMatch(bases::containsKey);
  }

  private Optional<Path> usable(Path base) {
    try {
      files.make(base);
      return Files.isWritable(base) ? Optional.of(base) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // not ours to use: containers and plain users often may not
    }
  }

  /** Hands the controllers down to our groups, as far as we may. */
  private void enable(Path parent, Path base) {
    List<String> available = controllers(parent, "cgroup.controllers");
    for (String controller : LIMITS) {
      if (available.contains(controller)) {
        if (!controllers(parent, "cgroup.subtree_control").contains(controller)) {
          stepAside(parent);
          files.write(parent.resolve("cgroup.subtree_control"), "+" + controller);
        }
        files.write(base.resolve("cgroup.subtree_control"), "+" + controller);
      }
    }
  }

  /** A group hands controllers down only if no process is in it; if we are alone, we can leave. */
  private void stepAside(Path parent) {
    String self = Long.toString(ProcessHandle.current().pid());
    if (files.read(parent.resolve("cgroup.procs")).orElse("").strip().equals(self)) {
      Path aside = parent.resolve("mainstay-server");
      try {
        files.make(aside);
        files.write(aside.resolve("cgroup.procs"), self);
      } catch (IOException e) {
        return; // then the limits are reported as not in force
      }
    }
  }

  private List<String> controllers(Path group, String file) {
    return List.of(files.read(group.resolve(file)).orElse("").strip().split("\\s+", -1));
  }

  private void clean() {
    List<Path> places = new ArrayList<>(bases.values());
    unified.ifPresent(places::add);
    places.forEach(place ->
        files.children(place).stream()
            .filter(group -> files.members(group).isEmpty())
            .forEach(files::remove));
  }

  private static Path within(Path mount, String group) {
    return group.equals("/") ? mount : mount.resolve(group.substring(1));
  }

  private static String name(Path dataFolder) {
    CRC32 sum = new CRC32();
    sum.update(dataFolder.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8));
    return "mainstay-" + Long.toHexString(sum.getValue());
  }

  /** The hierarchies that are used, for tests and for people. */
  Map<String, Path> places() {
    SequencedMap<String, Path> places = new LinkedHashMap<>(bases);
    unified.ifPresent(base -> places.put("unified", base));
    return places;
  }
}

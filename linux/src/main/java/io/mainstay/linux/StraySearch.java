package io.mainstay.linux;

import io.mainstay.linux.cgroups.Cgroups;
import io.mainstay.model.state.ProcessIdentity;
import io.mainstay.ports.ProcessHost.Stray;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * Looks for runs that servers of a data folder started, by the mark of the folder in their
 * environment and by the names of their control groups. Processes of other users cannot be read and
 * are found by their group only.
 */
final class StraySearch {
  private final ProcFs processes;
  private final Cgroups cgroups;
  private final String mark;
  private final String ownNonce;

  /**
   * Makes one.
   *
   * @param mark of the data folder
   * @param ownNonce by which we ourselves were started, if another server did that; or empty
   */
  StraySearch(ProcFs processes, Cgroups cgroups, String mark, String ownNonce) {
    this.processes = processes;
    this.cgroups = cgroups;
    this.mark = mark;
    this.ownNonce = ownNonce;
  }

  /** What stands for a data folder in the environment of its instances. */
  static String mark(Path dataFolder) {
    CRC32 sum = new CRC32();
    sum.update(dataFolder.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8));
    return Long.toHexString(sum.getValue());
  }

  private record Member(ProcFs.Stat stat, SequencedMap<String, String> environment) {}

  /** One for each run that is not known; on the commands' thread. */
  List<Stray> find(List<String> known) {
    TreeMap<String, List<Member>> runs = new TreeMap<>();
    for (ProcFs.Stat stat : processes.all()) {
      SequencedMap<String, String> environment =
          stat.isDead() ? new LinkedHashMap<>() : processes.environment(stat.pid());
      String nonce = environment.getOrDefault(ProcFs.NONCE, "");
      if (mark.equals(environment.get(ProcFs.FOLDER)) && isStray(nonce, known)) {
        runs.computeIfAbsent(nonce, n -> new ArrayList<>()).add(new Member(stat, environment));
      }
    }
    cgroups
        .runs()
        .forEach((nonce, instance) -> {
          if (isStray(nonce, known) && !runs.containsKey(nonce)) {
            byGroup(nonce, instance).ifPresent(member -> runs.put(nonce, List.of(member)));
          }
        });
    return runs.entrySet().stream().map(run -> stray(run.getKey(), run.getValue())).toList();
  }

  private boolean isStray(String nonce, List<String> known) {
    return !nonce.isEmpty() && !nonce.equals(ownNonce) && !known.contains(nonce);
  }

  /** What hides its environment is still held by its group, which says whose it is. */
  private Optional<Member> byGroup(String nonce, String instance) {
    SequencedMap<String, String> environment = new LinkedHashMap<>();
    environment.put("MAINSTAY_INSTANCE", instance);
    return cgroups.find(nonce).stream()
        .flatMap(group -> group.members().stream())
        .flatMap(pid -> processes.stat(pid).stream())
        .filter(stat -> !stat.isDead())
        .min(Comparator.comparingLong(ProcFs.Stat::startTicks))
        .map(stat -> new Member(stat, environment));
  }

  private Stray stray(String nonce, List<Member> members) {
    List<Member> oldestFirst =
        members.stream()
            .sorted(Comparator.comparingLong(member -> member.stat().startTicks()))
            .toList();
    Optional<Member> main =
        oldestFirst.stream()
            .filter(member -> member.stat().session() == member.stat().pid())
            .findFirst();
    Member shown = main.orElseGet(oldestFirst::getFirst);
    ProcessIdentity identity =
        new ProcessIdentity(
            shown.stat().pid(), shown.stat().startTicks(), processes.bootId(), nonce);
    return Stray.of(identity, main.isPresent(), shown.environment());
  }
}

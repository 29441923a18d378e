package io.mainstay.decisions.evidence;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What speaks for and against each instance, service, node and dependency.
 *
 * <p>News that repeats what its source said last is folded into that entry, which keeps a count,
 * the first and the last time. A subject has at most {@value #ENTRIES} entries; when there are
 * more, the source with the most of them loses its oldest one: so a check that changes all the time
 * pushes out its own words and not the one exit. There are at most {@value #SUBJECTS} subjects; of
 * more, those go that nothing was heard of for the longest time.
 *
 * <p>Memory: an entry is at most 0.6 KiB (a reason of {@value Entry#REASON_MOST} characters of two
 * bytes, 200 bytes else), so a subject at most 7.5 KiB and a full ledger 60 MiB. Reckoned: with
 * three entries of 60 characters a subject, 500 services of ten instances need about 5 MiB.
 *
 * <p>For one thread; the lists that it answers are immutable and may go anywhere.
 */
public final class Ledger {
  /** Entries of a subject. */
  public static final int ENTRIES = 12;

  /** Subjects. */
  public static final int SUBJECTS = 8_192;

  private final int most;
  private final Reader reader;
  private final LinkedHashMap<Subject, List<Entry>> entries = new LinkedHashMap<>();

  /** Is told what is known from now on, by the thread that writes. */
  @FunctionalInterface
  public interface Reader {
    /** All about one, the newest first; empty: nothing any more. */
    void changed(Subject subject, List<Entry> entries);
  }

  /** An empty one of the usual size. */
  public Ledger() {
    this(SUBJECTS);
  }

  /** An empty one of the usual size with somebody who follows it. */
  public Ledger(Reader reader) {
    this(SUBJECTS, reader);
  }

  /** An empty one for so many subjects, from 1. */
  Ledger(int most) {
    this(most, (_, _) -> {});
  }

  private Ledger(int most, Reader reader) {
    this.most = most;
    this.reader = reader;
  }

  /** Takes one in. */
  public void record(Entry entry) {
    List<Entry> before = of(entry.subject());
    List<Entry> after = new ArrayList<>(before.size() + 1);
    Entry front = entry;
    boolean met = false;
    for (Entry old : before) {
      boolean same = !met && old.source().equals(entry.source());
      met |= same;
      if (same && old.isRepeatedBy(entry)) {
        front = old.and(entry);
      } else {
        after.add(old);
      }
    }
    after.addFirst(front);
    // What is heard late, such as an exit before this leader began, goes where it belongs.
    after.sort((one, other) -> other.last().compareTo(one.last()));
    if (after.size() > ENTRIES) {
      after.remove(superfluous(after));
    }
    List<Entry> now = List.copyOf(after);
    entries.putLast(entry.subject(), now);
    reader.changed(entry.subject(), now);
    if (entries.size() > most) {
      reader.changed(entries.pollFirstEntry().getKey(), List.of());
    }
  }

  /** The oldest of the source that says most; of several, of the one that was silent longest. */
  private static int superfluous(List<Entry> full) {
    int worst = full.size() - 1;
    int worstCount = 0;
    for (int i = full.size() - 1; i > 0; i--) {
      int count = 0;
      for (Entry other : full) {
        if (isSameVoice(other.source(), full.get(i).source())) {
          count++;
        }
      }
      if (count > worstCount) {
        worst = i;
        worstCount = count;
      }
    }
    return worst;
  }

  private static boolean isSameVoice(Source one, Source other) {
    return one.kind() == other.kind() && one.name().equals(other.name());
  }

  /** All about one, the newest first; empty: nothing. */
  public List<Entry> of(Subject subject) {
    return entries.getOrDefault(subject, List.of());
  }

  /** What a source said last about one. */
  public Optional<Entry> newest(Subject subject, Source source) {
    for (Entry entry : of(subject)) {
      if (entry.source().equals(source)) {
        return Optional.of(entry);
      }
    }
    return Optional.empty();
  }

  /** Forgets all but these. */
  public void retain(Predicate<Subject> kept) {
    entries
        .keySet()
        .removeIf(subject -> {
          boolean goes = !kept.test(subject);
          if (goes) {
            reader.changed(subject, List.of());
          }
          return goes;
        });
  }

  /** Forgets everything. */
  public void clear() {
    retain(_ -> false);
  }

  /** How many it knows. */
  public int subjects() {
    return entries.size();
  }

  /** Those that it knows, the ones heard of last at the end. */
  public List<Subject> known() {
    return List.copyOf(entries.keySet());
  }
}

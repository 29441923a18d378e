package io.mainstay.spec.yaml;

import io.mainstay.spec.yaml.Value.Entry;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** Gathers the entries of one mapping: own keys win over merged ones, earlier merges over later. */
final class MappingBuilder {
  private final Problems problems;
  private final String path;
  private final SequencedMap<String, Entry> own = new LinkedHashMap<>();
  private final SequencedMap<String, Entry> merged = new LinkedHashMap<>();

  MappingBuilder(Problems problems, String path) {
    this.problems = problems;
    this.path = path;
  }

  void put(Entry entry) {
    Entry first = own.putIfAbsent(entry.key(), entry);
    if (first != null) {
      problems.add(
          entry.place(),
          Problems.below(path, entry.key()),
          entry.key(),
          "each key once; it stands in line " + first.place().line() + " already",
          Optional.empty());
    }
  }

  void merge(Value value) {
    switch (value) {
      case Value.Mapping mapping ->
          mapping.entries().forEach(entry -> merged.putIfAbsent(entry.key(), entry));
      case Value.Sequence sequence
          when sequence.elements().stream().allMatch(Value.Mapping.class::isInstance) ->
          sequence.elements().forEach(this::merge);
      case Value.Sequence sequence -> refuse(sequence);
      case Value.Scalar scalar -> refuse(scalar);
    }
  }

  private void refuse(Value value) {
    problems.add(Problems.below(path, "<<"), value, "a mapping or a list of mappings");
  }

  List<Entry> entries() {
    SequencedMap<String, Entry> all = new LinkedHashMap<>(own);
    merged.forEach(all::putIfAbsent);
    Collection<Entry> entries = all.values();
    return List.copyOf(entries);
  }
}

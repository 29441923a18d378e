package io.mainstay.spec.yaml;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads YAML 1.2 into a tree. It builds the tree from the parser's events and not from the
 * library's nodes, since it has to bound depth and aliases before memory is spent, and to go on
 * after a duplicate key.
 */
public final class TreeReader {
  /** Longest text, in bytes. */
  public static final int SIZE_MAX = 1 << 20;

  private static final String TEXT_TAG = "tag:yaml.org,2002:str";
  private static final int DEPTH_MAX = 40;
  private static final int VALUES_MAX = 500_000;

  private final Problems problems;
  private final Iterator<Event> events;
  private final Map<String, Anchored> anchors = new HashMap<>();
  private long values;

  private TreeReader(Problems problems, Iterator<Event> events) {
    this.problems = problems;
    this.events = events;
  }

  /** The one document of the text; empty if it cannot be read, which is noted in problems. */
  public static Optional<Value> read(String text, Problems problems) {
    if (text.length() > SIZE_MAX || text.getBytes(StandardCharsets.UTF_8).length > SIZE_MAX) {
      problems.add(Place.START, "", "a larger file", "at most 1 MiB", Optional.empty());
      return Optional.empty();
    }
    LoadSettings settings = LoadSettings.builder().setCodePointLimit(SIZE_MAX + 1).build();
    try {
      return new TreeReader(problems, new Parse(settings).parseString(text).iterator()).document();
    } catch (MarkedYamlEngineException e) {
      Place place =
          e.getProblemMark().or(e::getContextMark).map(TreeReader::place).orElse(Place.START);
      problems.add(place, "yaml", problem(e), "valid YAML", Optional.empty());
    } catch (YamlEngineException e) {
      problems.add(
          Place.START, "yaml", String.valueOf(e.getMessage()), "valid YAML", Optional.empty());
    } catch (NoSuchElementException | IndexOutOfBoundsException e) {
      // The parser's own slips on mutilated input: to the user it is a syntax error all the same.
      problems.add(Place.START, "yaml", "broken syntax", "valid YAML", Optional.empty());
    } catch (Excess e) {
      problems.add(e.place, e.path, "too much", e.expected, Optional.empty());
    }
    return Optional.empty();
  }

  /** The parser's advice in brackets would not fit. */
  private static String problem(MarkedYamlEngineException e) {
    String problem = String.valueOf(e.getProblem());
    int advice = problem.indexOf(". (");
    return advice < 0 ? problem : problem.substring(0, advice);
  }

  private Optional<Value> document() {
    next();
    Event start = next();
    if (start.getEventId() == Event.ID.StreamEnd) {
      problems.add(Place.START, "", "nothing", "a mapping with services", Optional.empty());
      return Optional.empty();
    }
    Value value = value(next(), "", 0);
    next();
    Event after = next();
    if (after.getEventId() != Event.ID.StreamEnd) {
      problems.add(place(after), "", "a second document", "one document a file", Optional.empty());
    }
    return Optional.of(value);
  }

  private Event next() {
    return events.next();
  }

  private Value value(Event event, String path, int depth) {
    count(1, place(event), path);
    if (depth > DEPTH_MAX) {
      throw new Excess(place(event), path, "nesting at most " + DEPTH_MAX + " deep");
    }
    if (event instanceof AliasEvent alias) {
      return resolve(alias, path);
    }
    long before = values - 1;
    Value value =
        switch (event.getEventId()) {
          case MappingStart -> mapping((CollectionStartEvent) event, path, depth);
          case SequenceStart -> sequence((CollectionStartEvent) event, path, depth);
          default -> scalar((ScalarEvent) event, path);
        };
    if (event instanceof NodeEvent node) {
      long weight = values - before;
      node.getAnchor()
          .ifPresent(anchor -> anchors.put(anchor.getValue(), new Anchored(value, weight)));
    }
    return value;
  }

  /** Aliases count with all that they stand for, so that nobody has to walk more than that. */
  private Value resolve(AliasEvent alias, String path) {
    Anchored anchored = anchors.get(alias.getAlias().getValue());
    if (anchored == null) {
      Place place = place(alias);
      problems.add(
          place,
          path,
          "*" + alias.getAlias().getValue(),
          "an anchor that ends before",
          Optional.empty());
      return new Value.Scalar(place, "", Value.Kind.BROKEN);
    }
    count(anchored.weight(), place(alias), path);
    return anchored.value();
  }

  private void count(long more, Place place, String path) {
    values += more;
    if (values > VALUES_MAX) {
      throw new Excess(place, path, "at most " + VALUES_MAX + " values with all aliases filled in");
    }
  }

  private Value scalar(ScalarEvent event, String path) {
    Place place = place(event);
    String text = event.getValue();
    Optional<String> tag = event.getTag();
    if (tag.filter(name -> !name.equals("!") && !name.equals(TEXT_TAG)).isPresent()) {
      refuseTag(place, path, tag.get());
      return new Value.Scalar(place, text, Value.Kind.BROKEN);
    }
    boolean plain = event.isPlain() && tag.isEmpty();
    return new Value.Scalar(place, text, plain ? CoreSchema.kind(text) : Value.Kind.TEXT);
  }

  private Value sequence(CollectionStartEvent start, String path, int depth) {
    start.getTag().ifPresent(tag -> refuseTag(place(start), path, tag));
    List<Value> elements = new ArrayList<>();
    for (Event event = next(); event.getEventId() != Event.ID.SequenceEnd; event = next()) {
      elements.add(value(event, Problems.below(path, elements.size()), depth + 1));
    }
    return new Value.Sequence(place(start), elements);
  }

  private Value mapping(CollectionStartEvent start, String path, int depth) {
    start.getTag().ifPresent(tag -> refuseTag(place(start), path, tag));
    MappingBuilder mapping = new MappingBuilder(problems, path);
    for (Event event = next(); event.getEventId() != Event.ID.MappingEnd; event = next()) {
      Value key = value(event, path, depth + 1);
      if (key instanceof Value.Scalar scalar && isName(scalar)) {
        boolean merge =
            scalar.text().equals("<<") && event instanceof ScalarEvent text && text.isPlain();
        String below = Problems.below(path, scalar.text());
        Value value = value(next(), below, depth + 1);
        if (merge) {
          mapping.merge(value);
        } else {
          // An alias as a key stands elsewhere: what counts is where it is used.
          mapping.put(new Value.Entry(place(event), scalar.text(), value));
        }
      } else {
        problems.add(place(event), path, key.shown(), "a name as key", Optional.empty());
        value(next(), path, depth + 1);
      }
    }
    return new Value.Mapping(place(start), mapping.entries());
  }

  private static boolean isName(Value.Scalar key) {
    return key.kind() != Value.Kind.NOTHING && key.kind() != Value.Kind.BROKEN;
  }

  private void refuseTag(Place place, String path, String tag) {
    if (!tag.equals("tag:yaml.org,2002:map") && !tag.equals("tag:yaml.org,2002:seq")) {
      problems.add(place, path, tag, "no tag", Optional.empty());
    }
  }

  private static Place place(Event event) {
    return event.getStartMark().map(TreeReader::place).orElse(Place.START);
  }

  private static Place place(Mark mark) {
    return new Place(mark.getLine() + 1, mark.getColumn() + 1);
  }

  /** What an anchor names, and how many values that is with all aliases filled in. */
  private record Anchored(Value value, long weight) {}

  /** Ends the reading of a file that is built to be too much. */
  private static final class Excess extends RuntimeException {
    private final transient Place place;
    private final String path;
    private final String expected;

    Excess(Place place, String path, String expected) {
      super(expected, null, false, false);
      this.place = place;
      this.path = path;
      this.expected = expected;
    }
  }
}

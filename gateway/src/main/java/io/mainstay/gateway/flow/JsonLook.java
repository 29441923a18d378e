package io.mainstay.gateway.flow;

import io.mainstay.model.spec.JsonPath;
import io.mainstay.model.spec.JsonPath.Part;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Looks for one text, number or flag in a JSON document that comes by in pieces (RFC 8259). Keeps
 * no document: only where it stands, and the value once it is there. Of members with the same name
 * the first counts. What is not on the way to the value is checked only as far as is needed to know
 * where it ends. Not thread-safe.
 */
final class JsonLook {
  /** How a look stands. */
  enum State {
    /** More bytes may show it. */
    OPEN,
    /** The value is there. */
    FOUND,
    /** There is none, or it is no text, number or flag, or it is empty. */
    NOTHING,
    /** This is not JSON. */
    BROKEN
  }

  private enum Place {
    VALUE,
    FIRST_ELEMENT,
    FIRST_MEMBER,
    MEMBER,
    COLON,
    AFTER,
    STRING,
    ESCAPE,
    UNICODE,
    WORD
  }

  private static final int DEEPEST = 512;
  private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
  private static final String NUMBER = "-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][-+]?[0-9]+)?";

  private final byte[][] names;
  private final int[] elements;
  private final int[] counted;
  private final KeyText text = new KeyText();
  private final long[] objects = new long[DEEPEST / Long.SIZE];
  private State state = State.OPEN;
  private Place place = Place.VALUE;
  private int seen;

  /** Open objects and arrays, and how many of them, from the outermost on, lead to the value. */
  private int depth;

  private int leading;

  /** Whether the next value leads to what is looked for, or is it. */
  private boolean here = true;

  /** Whether what is read now is the name of a member, and whether it is kept. */
  private boolean isName;

  private boolean keeps;
  private int digits;
  private int unit;
  private int high;

  /** Looks for the value at {@code path}, which counts no element from an end. */
  JsonLook(JsonPath path) {
    List<Part> parts = path.parts();
    names = new byte[parts.size()][];
    elements = new int[parts.size()];
    counted = new int[parts.size()];
    for (int i = 0; i < parts.size(); i++) {
      switch (parts.get(i)) {
        case Part.Member member -> {
          names[i] = member.name().getBytes(StandardCharsets.UTF_8);
          elements[i] = -1;
        }
        case Part.Element element -> {
          names[i] = new byte[0];
          elements[i] = element.index();
        }
      }
    }
  }

  /** How it stands. */
  State state() {
    return state;
  }

  /** The value as its text; only if found. */
  KeyText text() {
    return text;
  }

  /** Takes in the next bytes. */
  void look(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && state == State.OPEN) {
      if (place == Place.STRING) {
        at = string(bytes, at, to);
      } else {
        step(bytes[at]);
        at++;
      }
    }
  }

  /** The document has ended. */
  void end() {
    if (state == State.OPEN && place == Place.WORD && depth == 0) {
      wordEnded();
    }
  }

  private int string(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      byte octet = bytes[at];
      if (octet == '"' || octet == '\\' || (octet >= 0 && octet < 0x20)) {
        break;
      }
      if (keeps) {
        keep(octet);
      }
      at++;
    }
    if (at == to) {
      return at;
    }
    if (bytes[at] == '"') {
      stringEnded();
    } else if (bytes[at] == '\\') {
      place = Place.ESCAPE;
    } else {
      state = State.BROKEN;
    }
    return at + 1;
  }

  private void step(byte octet) {
    boolean isFirst = seen < MARK.length;
    if (isFirst && octet == MARK[seen] && depth == 0) {
      seen++;
      return;
    }
    seen = MARK.length;
    switch (place) {
      case ESCAPE -> escape(octet);
      case UNICODE -> unicode(octet);
      case WORD -> word(octet);
      default -> {
        if (octet != ' ' && octet != '\n' && octet != '\r' && octet != '\t') {
          structure(octet);
        }
      }
    }
  }

  private void structure(byte octet) {
    switch (place) {
      case VALUE -> value(octet);
      case FIRST_ELEMENT -> {
        if (octet == ']') {
          close(false);
        } else {
          value(octet);
        }
      }
      case FIRST_MEMBER, MEMBER -> {
        if (octet == '"') {
          isName = true;
          begin(Place.STRING, leads() && elements[depth - 1] < 0);
        } else if (octet == '}' && place == Place.FIRST_MEMBER) {
          close(true);
        } else {
          state = State.BROKEN;
        }
      }
      case COLON -> {
        place = Place.VALUE;
        if (octet != ':') {
          state = State.BROKEN;
        }
      }
      default -> after(octet);
    }
  }

  private void value(byte octet) {
    isName = false;
    boolean isIt = here && depth == names.length;
    if (octet == '{' || octet == '[') {
      if (isIt) {
        state = State.NOTHING;
      } else {
        open(octet == '{');
      }
    } else if (octet != '"' && octet != '-' && !beginsWord(octet)) {
      state = State.BROKEN;
    } else if (here && !isIt) {
      state = State.NOTHING;
    } else if (octet == '"') {
      begin(Place.STRING, isIt);
    } else {
      begin(Place.WORD, isIt);
      word(octet);
    }
  }

  private static boolean beginsWord(byte octet) {
    return (octet >= '0' && octet <= '9') || "tfn".indexOf(octet) >= 0;
  }

  private void begin(Place next, boolean keep) {
    place = next;
    keeps = keep;
    if (keep) {
      text.clear();
      high = 0;
    }
  }

  private void open(boolean isObject) {
    if (depth == DEEPEST) {
      state = State.BROKEN;
      return;
    }
    long bit = 1L << depth;
    int index = depth / Long.SIZE;
    objects[index] = isObject ? objects[index] | bit : objects[index] & ~bit;
    if (here) {
      leading++;
      counted[depth] = 0;
    }
    depth++;
    here = !isObject && leads() && elements[depth - 1] == 0;
    place = isObject ? Place.FIRST_MEMBER : Place.FIRST_ELEMENT;
  }

  /** Whether the innermost that is open leads to the value. */
  private boolean leads() {
    return leading == depth;
  }

  private boolean isObject() {
    return (objects[(depth - 1) / Long.SIZE] & (1L << (depth - 1))) != 0;
  }

  private void close(boolean asObject) {
    if (depth == 0 || isObject() != asObject) {
      state = State.BROKEN;
      return;
    }
    if (leads()) {
      // The value would have stood in it.
      state = State.NOTHING;
    }
    depth--;
    here = false;
    place = Place.AFTER;
  }

  private void after(byte octet) {
    if (octet == ',' && depth > 0) {
      if (isObject()) {
        place = Place.MEMBER;
      } else {
        place = Place.VALUE;
        here = leads() && elements[depth - 1] >= 0 && ++counted[depth - 1] == elements[depth - 1];
      }
    } else if (octet == '}' || octet == ']') {
      close(octet == '}');
    } else {
      state = State.BROKEN;
    }
  }

  private void word(byte octet) {
    boolean isPart =
        (octet >= '0' && octet <= '9')
            || (octet >= 'a' && octet <= 'z')
            || octet == '-'
            || octet == '+'
            || octet == '.'
            || octet == 'E';
    if (!isPart) {
      wordEnded();
      if (state == State.OPEN) {
        step(octet);
      }
    } else if (keeps) {
      keep(octet);
    }
  }

  private void wordEnded() {
    place = Place.AFTER;
    here = false;
    if (keeps) {
      String word = text.shown();
      if (word.equals("null")) {
        state = State.NOTHING;
      } else {
        boolean isRight = word.equals("true") || word.equals("false") || word.matches(NUMBER);
        state = isRight ? State.FOUND : State.BROKEN;
      }
    }
  }

  private void stringEnded() {
    if (keeps) {
      endPair();
    }
    if (isName) {
      here = keeps && text.is(names[depth - 1]);
      place = Place.COLON;
    } else {
      here = false;
      place = Place.AFTER;
      if (keeps) {
        state = text.length() == 0 ? State.NOTHING : State.FOUND;
      }
    }
  }

  private void escape(byte octet) {
    int known = "bfnrt/\\\"".indexOf(octet);
    place = Place.STRING;
    if (octet == 'u') {
      place = Place.UNICODE;
      digits = 0;
      unit = 0;
    } else if (known < 0) {
      state = State.BROKEN;
    } else if (keeps) {
      keep((byte) "\b\f\n\r\t/\\\"".charAt(known));
    }
  }

  private void unicode(byte octet) {
    int digit = Character.digit(octet, 16);
    if (digit < 0) {
      state = State.BROKEN;
      return;
    }
    unit = unit << 4 | digit;
    if (++digits == 4) {
      place = Place.STRING;
      if (keeps) {
        keepUnit((char) unit);
      }
    }
  }

  private void keep(byte octet) {
    if (high != 0) {
      endPair();
    }
    text.add(octet);
  }

  private void keepUnit(char next) {
    if (high != 0 && Character.isLowSurrogate(next)) {
      text.addAll(
          Character.toString(Character.toCodePoint((char) high, next))
              .getBytes(StandardCharsets.UTF_8));
      high = 0;
      return;
    }
    endPair();
    if (Character.isHighSurrogate(next)) {
      high = next;
    } else {
      text.addAll(String.valueOf(next).getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Half of a pair that stands alone is no character. */
  private void endPair() {
    if (high != 0) {
      high = 0;
      text.add((byte) '?');
    }
  }
}

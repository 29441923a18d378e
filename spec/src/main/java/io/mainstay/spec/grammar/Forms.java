package io.mainstay.spec.grammar;

import io.mainstay.spec.grammar.Shape.Harmless;
import io.mainstay.spec.grammar.Shape.Later;
import io.mainstay.spec.grammar.Shape.ListOf;
import io.mainstay.spec.grammar.Shape.MapOf;
import io.mainstay.spec.grammar.Shape.OneOf;
import java.util.List;

/** Forms of values that several keys share. */
final class Forms {
  static final String PORT =
      "(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])";
  static final String HOST = "(?:[A-Za-z0-9._-]+|\\[[0-9a-fA-F:.]+\\])";

  static final Rule PORT_NUMBER = Rules.integer(1, 65535);

  /** Where to listen. */
  static final Shape BIND =
      Rules.digitsOrText(
          "a port such as 8080, or HOST:PORT such as 127.0.0.1:8080",
          "(?:" + HOST + ":)?" + PORT,
          1,
          65535);

  /** Where somebody else listens. */
  static final Rule ADDRESS = Rules.text("HOST:PORT such as 127.0.0.1:9001", HOST + ":" + PORT);

  static final Rule SERVICE_NAME =
      Rules.text("1 to 40 characters of a-z, 0-9 and '-'", "[a-z0-9-]{1,40}");

  /** A name that a service of the file must have. */
  static final Rule SERVICE = Rules.text("the name of a service", "[a-z0-9-]{1,40}");

  static final Rule NONBLANK = Rules.text("a text that is not empty", "(?s).*\\S.*");

  /** A header's value; numbers and flags are taken as their text. */
  static final Rule HEADER_VALUE = Rules.anyLine("a text of one line").withNames();

  static final Rule HEADER_NAME = Rules.text("the name of a header", "[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  static final Rule METHOD = Rules.text("a method in upper case such as GET", "[A-Z][A-Z-]{0,30}");

  static final Rule DURATION = Rules.duration();

  static final Rule POSITIVE_DURATION = Rules.positiveDuration();

  /** A number of instances, or a share of them. */
  static final Shape AMOUNT = new OneOf(List.of(Rules.integer(0), Rules.share(100)));

  /** A file or folder of a listener: nothing is filled in there. */
  static final Rule PATH =
      Rules.text("a path; names are not filled in here", "(?s)(?!.*\\$\\{).*\\S.*");

  /** A file or folder of a service. */
  static final Rule PATH_WITH_NAMES = Rules.text("a path", "(?s).*\\S.*").withNames();

  private Forms() {}

  /** A command: a text to be split, or its words. */
  static Shape command() {
    return new OneOf(
        "a command, or a list of its words",
        List.of(
            NONBLANK.withNames(),
            new ListOf(Rules.anyText("a word of a command").withNames(), 1, false)));
  }

  static Shape headers() {
    return new MapOf(HEADER_NAME, HEADER_VALUE);
  }

  static Key later(String name, Harmless harmless, String description) {
    return Key.of(name, new Later(harmless), description);
  }
}

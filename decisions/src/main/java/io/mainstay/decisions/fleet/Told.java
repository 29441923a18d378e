package io.mainstay.decisions.fleet;

import java.util.ArrayList;
import java.util.List;

/** Tells each lasting fact once: what was told in the last pass and still holds is no news. */
final class Told {
  private final List<String> before;
  private final List<String> now = new ArrayList<>();

  Told(List<String> before) {
    this.before = before;
  }

  /** Whether this holds for the first time; it is remembered in any case. */
  boolean isNews(String what) {
    if (now.contains(what)) {
      return false;
    }
    now.add(what);
    return !before.contains(what);
  }

  /** Not looked at in this pass: what was told stays told. */
  void keep(String what) {
    if (before.contains(what) && !now.contains(what)) {
      now.add(what);
    }
  }

  /** For the next pass. */
  List<String> all() {
    return now;
  }
}

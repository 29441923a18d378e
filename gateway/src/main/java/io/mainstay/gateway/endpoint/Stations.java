package io.mainstay.gateway.endpoint;

import org.jspecify.annotations.Nullable;

/**
 * The services that one request or connection has left for another one: it never comes to a service
 * twice, and never goes through more than a few. Only on its loop; nothing is made for those that
 * stay where they are.
 */
public final class Stations {
  /** Changes of services that a request may make. */
  static final int MOST = 4;

  private TrafficService @Nullable [] left;
  private int count;

  /** Forgets them. */
  public void clear() {
    count = 0;
  }

  /** Goes from one to the other, if it may. */
  public boolean change(TrafficService from, TrafficService to) {
    TrafficService[] before = left;
    if (before == null) {
      before = new TrafficService[MOST];
      left = before;
    }
    if (count == MOST || from == to) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      if (before[i] == to) {
        return false;
      }
    }
    before[count++] = from;
    return true;
  }
}

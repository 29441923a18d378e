package io.mainstay.decisions.evidence;

import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import java.util.Locale;

/**
 * Whom a piece of evidence is about.
 *
 * @param kind what it is
 * @param name as users write it; of a dependency {@code shop > payments}
 */
public record Subject(Kind kind, String name) {
  /** What it is. */
  public enum Kind {
    /** One running copy of a service. */
    INSTANCE,
    /** All of it. */
    SERVICE,
    /** A machine. */
    NODE,
    /** What one service asks of another. */
    DEPENDENCY;

    /** The lower-case name that users see. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** An instance. */
  public static Subject of(InstanceId id) {
    return new Subject(Kind.INSTANCE, id.toString());
  }

  /** A service. */
  public static Subject of(ServiceName service) {
    return new Subject(Kind.SERVICE, service.value());
  }

  /** A node. */
  public static Subject of(NodeName node) {
    return new Subject(Kind.NODE, node.value());
  }

  /** What {@code asking} gets of {@code asked} when its business is done. */
  public static Subject dependency(ServiceName asking, ServiceName asked) {
    return new Subject(Kind.DEPENDENCY, dependencies(asking) + asked);
  }

  /** What the names of all dependencies of a service begin with. */
  public static String dependencies(ServiceName asking) {
    return asking + " > ";
  }

  /** Of a dependency the one that asks; of any other its name. */
  public String asking() {
    int arrow = name.indexOf(" > ");
    return arrow < 0 ? name : name.substring(0, arrow);
  }

  @Override
  public String toString() {
    return kind.label() + " " + name;
  }
}

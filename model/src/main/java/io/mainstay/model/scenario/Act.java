package io.mainstay.model.scenario;

import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Command;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Something that happens at a moment.
 *
 * @param at when
 * @param lasting after that time it is undone; empty: it stays
 * @param words as the file says it, such as {@code kill shop-2}
 * @param deed what happens
 */
public record Act(Duration at, Optional<Duration> lasting, String words, Deed deed) {
  /** What happens. */
  public sealed interface Deed {
    /**
     * Something goes wrong.
     *
     * @param trouble what
     * @param target with whom; of the kind that the trouble has
     * @param share of requests or messages that it concerns, from 0 to 1, if it has one
     * @param by how far a clock steps; zero for all others
     */
    record Break(Trouble trouble, Target target, OptionalDouble share, Duration by)
        implements Deed {}

    /** An operator asks for something. */
    record Order(Command command) implements Deed {}

    /** An operator applies another file. */
    record Apply(Deployment deployment) implements Deed {}
  }

  /** With whom something goes wrong. */
  public sealed interface Target {
    /** An instance, or, without a number, all of a service. */
    record Instances(ServiceName service, OptionalInt number) implements Target {}

    /** New processes of a service, on one machine or, without one, on all. */
    record Starts(ServiceName service, Optional<NodeName> on) implements Target {}

    /** A machine; empty: that of the server that decides at that moment. */
    record Machine(Optional<NodeName> node) implements Target {}

    /** The way from one machine to another and back. */
    record Link(NodeName one, NodeName other) implements Target {}

    /** All together. */
    record Cluster() implements Target {}
  }
}

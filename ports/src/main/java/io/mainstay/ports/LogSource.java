package io.mainstay.ports;

import io.mainstay.model.InstanceId;
import java.util.List;
import java.util.function.Consumer;

/** What instances wrote to their output. Any thread. */
public interface LogSource {
  /** The last lines of an instance, oldest first; empty if it never wrote any. */
  List<String> tail(InstanceId instance, int lines);

  /** As {@link #tail}, then every further line as it comes, until closed. */
  AutoCloseable follow(InstanceId instance, int lines, Consumer<String> line);
}

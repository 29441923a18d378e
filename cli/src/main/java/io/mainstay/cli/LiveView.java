package io.mainstay.cli;

import io.mainstay.model.InstanceId;
import io.mainstay.model.state.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code up} in the foreground shows: one line a service. On a terminal the lines are drawn
 * over again; elsewhere a line is printed when what it says has changed. Pure text: the caller
 * prints what {@link #next} answers. One thread.
 */
public final class LiveView {
  /** More lines than a small window has cannot be drawn over. */
  private static final int MOST_LINES = 20;

  private final Screen screen;
  private final Map<String, String> shown = new LinkedHashMap<>();
  private int drawn;
  private String ending = "";

  /** A view for that screen. */
  public LiveView(Screen screen) {
    this.screen = screen;
  }

  /** What to print, as it is, to show {@code status}; empty if nothing is to be printed. */
  public String next(Status status) {
    return screen.terminal() && status.services().size() <= MOST_LINES
        ? redraw(status)
        : changes(status);
  }

  /**
   * What to print to say something that stays: above the living lines, which are drawn again by the
   * next {@link #next}.
   */
  public String message(String text) {
    String wipe = wipe();
    drawn = 0;
    return wipe + text + "\n";
  }

  /**
   * What to print while the server ends: the controller has ended first, so that what it said last
   * of services is not true any more.
   *
   * @param left the instances that still run; empty: nothing is known, or none does
   */
  public String ending(List<InstanceId> left) {
    String line =
        left.isEmpty()
            ? ""
            : Words.fit(
                "still running: "
                    + String.join(", ", left.stream().map(InstanceId::toString).toList()),
                screen.width() - 1);
    if (line.equals(ending)) {
      return "";
    }
    ending = line;
    String text = wipe() + (line.isEmpty() ? "" : line + "\n");
    drawn = screen.terminal() && !line.isEmpty() ? 1 : 0;
    return text;
  }

  private String wipe() {
    return drawn == 0 ? "" : "\u001b[" + drawn + "A\r\u001b[J";
  }

  private String redraw(Status status) {
    StringBuilder text = new StringBuilder(wipe());
    int nameWidth = nameWidth(status);
    for (Status.ServiceStatus service : status.services()) {
      text.append(line(service, nameWidth, screen.width() - 1, true)).append('\n');
    }
    drawn = status.services().size();
    return text.toString();
  }

  private String changes(Status status) {
    StringBuilder text = new StringBuilder();
    int nameWidth = nameWidth(status);
    List<String> names = new ArrayList<>();
    for (Status.ServiceStatus service : status.services()) {
      String line = line(service, nameWidth, Screen.WIDEST, false);
      names.add(service.name().value());
      if (!line.equals(shown.put(service.name().value(), line))) {
        text.append(line).append('\n');
      }
    }
    for (String name : List.copyOf(shown.keySet())) {
      if (!names.contains(name)) {
        shown.remove(name);
        text.append(name).append("  removed\n");
      }
    }
    return text.toString();
  }

  private static int nameWidth(Status status) {
    return status.services().stream()
        .mapToInt(service -> service.name().value().length())
        .max()
        .orElse(0);
  }

  /** Traffic figures only where they are drawn over: elsewhere each would be a line of its own. */
  private String line(Status.ServiceStatus service, int nameWidth, int width, boolean traffic) {
    String name = service.name().value();
    String verdict = service.verdict().label();
    StringBuilder rest = new StringBuilder();
    rest.append(service.serving()).append('/').append(service.desired()).append(" serving");
    append(rest, service.starting(), "starting");
    append(rest, service.standby(), "standby");
    append(rest, service.failing(), "failing");
    if (traffic) {
      rest.append(", ").append(Words.rate(service.requestsPerSecond())).append(" req/s");
      append(rest, service.queued(), "queued");
    }
    if (service.paused()) {
      rest.append(", paused");
    }
    service.override().ifPresent(text -> rest.append(", ").append(text));
    if (!service.reason().isBlank()) {
      rest.append("  ").append(service.reason());
    }
    int used = nameWidth + 2 + 8 + 2;
    return name
        + " ".repeat(nameWidth - name.length() + 2)
        + Colour.of(verdict).paint(verdict, screen.colour())
        + " ".repeat(Math.max(10 - verdict.length(), 1))
        + Words.fit(rest.toString(), width - used);
  }

  private static void append(StringBuilder text, int count, String what) {
    if (count > 0) {
      text.append(", ").append(count).append(' ').append(what);
    }
  }
}

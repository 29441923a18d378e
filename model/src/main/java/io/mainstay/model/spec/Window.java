package io.mainstay.model.spec;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/**
 * When something may be done: on some days of the week, from one time of the day to another.
 *
 * @param days on which it opens, in the order of the week; never empty
 * @param from when it opens
 * @param to when it closes; not later than {@code from}: on the next day
 * @param zone name of the time zone whose clock counts, such as {@code Europe/Berlin}
 */
public record Window(List<DayOfWeek> days, LocalTime from, LocalTime to, String zone) {
  /** Copies the list. */
  public Window {
    days = List.copyOf(days);
  }

  /**
   * Reads one such as {@code Sat,Sun 02:00-05:00 Europe/Berlin}, {@code Mon-Fri 22:00-04:00} or
   * {@code 02:00-05:00}; without a zone it is UTC. Empty: it is none.
   */
  public static Optional<Window> parse(String text) {
    List<String> words = new ArrayList<>(List.of(text.split(" ", -1)));
    boolean namesDays =
        !words.getFirst().isEmpty() && Character.isLetter(words.getFirst().charAt(0));
    List<DayOfWeek> days = days(namesDays ? words.removeFirst() : "Mon-Sun");
    if (days.isEmpty() || words.isEmpty() || words.size() > 2) {
      return Optional.empty();
    }
    String[] times = words.getFirst().split("-", -1);
    if (times.length != 2) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Window(
              days,
              LocalTime.parse(times[0]),
              LocalTime.parse(times[1]),
              ZoneId.of(words.size() == 2 ? words.getLast() : "UTC").getId()));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** In the order of the week; empty: a word is no day. */
  private static List<DayOfWeek> days(String text) {
    TreeSet<DayOfWeek> days = new TreeSet<>();
    for (String part : text.split(",", -1)) {
      String[] ends = part.split("-", -1);
      Optional<DayOfWeek> first = day(ends[0]);
      Optional<DayOfWeek> last = day(ends[ends.length - 1]);
      if (first.isEmpty() || last.isEmpty() || ends.length > 2) {
        return List.of();
      }
      DayOfWeek day = first.get();
      days.add(day);
      while (day != last.get()) {
        day = day.plus(1);
        days.add(day);
      }
    }
    return List.copyOf(days);
  }

  private static Optional<DayOfWeek> day(String name) {
    for (DayOfWeek day : DayOfWeek.values()) {
      if (name.length() == 3 && day.name().startsWith(name.toUpperCase(Locale.ROOT))) {
        return Optional.of(day);
      }
    }
    return Optional.empty();
  }

  /** When the window that is open at this moment closes; empty: it is closed. */
  public Optional<Instant> closes(Instant moment) {
    ZoneId place = ZoneId.of(zone);
    ZonedDateTime local = moment.atZone(place);
    for (int daysAgo = 0; daysAgo <= 1; daysAgo++) {
      ZonedDateTime opened = local.toLocalDate().minusDays(daysAgo).atTime(from).atZone(place);
      if (days.contains(opened.getDayOfWeek())) {
        ZonedDateTime closed =
            opened.toLocalDate().plusDays(to.isAfter(from) ? 0 : 1).atTime(to).atZone(place);
        if (!local.isBefore(opened) && local.isBefore(closed)) {
          return Optional.of(closed.toInstant());
        }
      }
    }
    return Optional.empty();
  }

  /** As it is written. */
  public String describe() {
    StringBuilder text = new StringBuilder();
    if (days.size() < DayOfWeek.values().length) {
      for (DayOfWeek day : days) {
        text.append(text.isEmpty() ? "" : ",")
            .append(day.name().charAt(0))
            .append(day.name().substring(1, 3).toLowerCase(Locale.ROOT));
      }
      text.append(' ');
    }
    return text.append(from).append('-').append(to).append(' ').append(zone).toString();
  }
}

package io.mainstay.probes;

import io.mainstay.model.spec.Checks.Probe;
import io.mainstay.ports.InstanceOutput;
import io.mainstay.ports.Prober;
import io.mainstay.ports.Prober.Outcome;
import io.mainstay.probes.Conversation.Answer;
import io.mainstay.probes.LogPlaces.Place;
import io.mainstay.probes.LogTail.Lines;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether a pattern is in what came to a log since the look before. What was read once is never
 * read again, also if the pattern took too long for it.
 */
final class LogLook implements Look {
  private final Probe.Log probe;
  private final InstanceOutput output;
  private final LogPlaces places;
  private final Pattern pattern;
  private final Optional<Pattern> ignore;
  private volatile boolean over;

  LogLook(Probe.Log probe, InstanceOutput output, LogPlaces places) {
    this.probe = probe;
    this.output = output;
    this.places = places;
    this.pattern = Pattern.compile(probe.pattern());
    this.ignore = probe.ignore().map(Pattern::compile);
  }

  /** Nobody waits for the pattern any more. */
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Stopped() {
      super("stopped", null, false, false);
    }
  }

  /** Text in which a pattern can be stopped: some need longer than anybody waits. */
  private record Stoppable(CharSequence text, BooleanSupplier stopped) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (stopped.getAsBoolean()) {
        throw new Stopped();
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Stoppable(text.subSequence(start, end), stopped);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }

  /** Says nothing about the instance: it is not restarted for it. */
  @Override
  public Outcome inVain() {
    return Outcome.UNKNOWN;
  }

  @Override
  public void giveUp() {
    over = true;
  }

  @Override
  public Answer look(Prober.Request request) throws IOException {
    String run = request.process().map(one -> one.pid() + "/" + one.startTicks()).orElse("");
    Optional<Place> before = places.of(request.instance(), probe);
    Lines lines =
        probe.file().isPresent()
            ? LogTail.file(request.directory().resolve(probe.file().get()), run, before)
            : LogTail.output(output, request.instance(), run, before);
    places.put(request.instance(), probe, lines.next());
    if (!lines.isThere() && lines.lines().isEmpty()) {
      String message = "there is no " + probe.file().orElse("log");
      return probe.present()
          ? Answer.fail(message)
          : new Answer(Outcome.WARNING, message + " to look into");
    }
    try {
      return judged(lines);
    } catch (Stopped e) {
      return Answer.unknown("the pattern takes too long");
    } catch (StackOverflowError e) {
      return Answer.unknown("the pattern is too deep for a line that came");
    }
  }

  private Answer judged(Lines lines) {
    int found = 0;
    @Nullable String last = null;
    for (String line : lines.lines()) {
      CharSequence text = new Stoppable(line, () -> over);
      if (pattern.matcher(text).find()
          && ignore.filter(one -> one.matcher(text).find()).isEmpty()) {
        found++;
        last = line;
      }
    }
    String rest =
        lines.skipped()
            ? " (only the last " + (LogTail.MOST_BYTES >> 20) + " MiB were looked at)"
            : "";
    if (last != null) {
      String shown =
          (found == 1 ? "a line matches: " : found + " lines match, the last one: ")
              + Quoting.quote(last)
              + rest;
      return probe.present() ? Answer.pass(shown) : Answer.fail(shown);
    }
    String none = "none of " + lines.lines().size() + " lines matches" + rest;
    return probe.present() ? Answer.fail(none) : Answer.pass(none);
  }
}

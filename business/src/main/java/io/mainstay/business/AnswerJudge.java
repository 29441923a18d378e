package io.mainstay.business;

import io.mainstay.model.spec.Checks.StatusRange;
import io.mainstay.model.spec.TransactionSpec.Expectation;
import io.mainstay.model.spec.TransactionSpec.Source;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether an answer is as expected, and what of it is kept. For one answer. */
final class AnswerJudge {
  private final HttpAnswer answer;
  private final Names names;
  private @Nullable JsonBody json;

  AnswerJudge(HttpAnswer answer, Names names) {
    this.answer = answer;
    this.names = names;
  }

  /**
   * What was captured.
   *
   * @throws StepFailure if the answer is not as expected, or has not what is to be captured
   */
  SequencedMap<String, String> captures(Expectation expected, SequencedMap<String, Source> sources)
      throws StepFailure, InterruptedException {
    status(expected.status());
    for (Map.Entry<String, String> header : expected.headers().entrySet()) {
      header(header.getKey(), names.expand(header.getValue()));
    }
    if (expected.body().isPresent()) {
      body(names.expand(expected.body().get()));
    }
    for (Map.Entry<String, String> value : expected.json().entrySet()) {
      json(value.getKey(), names.expand(value.getValue()));
    }
    SequencedMap<String, String> captured = new LinkedHashMap<>();
    for (Map.Entry<String, Source> source : sources.entrySet()) {
      captured.put(source.getKey(), capture(source.getValue()));
    }
    return captured;
  }

  private void status(List<StatusRange> accepted) throws StepFailure {
    if (accepted.stream().noneMatch(range -> range.contains(answer.status()))) {
      String ranges =
          accepted.stream()
              .map(range ->
                  range.from() == range.to() ? "" + range.from() : range.from() + "-" + range.to())
              .collect(Collectors.joining(", "));
      String own =
          answer
              .first("x-mainstay-reason")
              .map(reason -> " (" + Quoting.shorten(reason) + ")")
              .orElse("");
      throw StepFailure.failed("status " + answer.status() + own + " instead of " + ranges);
    }
  }

  private void header(String name, String expected) throws StepFailure {
    List<String> found = answer.all(name);
    if (found.isEmpty()) {
      throw StepFailure.failed("no header " + name);
    }
    if (!found.contains(expected) && !String.join(", ", found).equals(expected)) {
      throw StepFailure.failed(
          "header "
              + name
              + " is "
              + Quoting.quote(String.join(", ", found))
              + " instead of "
              + Quoting.quote(expected));
    }
  }

  private void body(String expected) throws StepFailure {
    if (!answer.text().contains(expected)) {
      throw StepFailure.failed(
          "the body does not contain "
              + Quoting.quote(expected)
              + (answer.shortened() ? " in its first MiB" : ""));
    }
  }

  private void json(String path, String expected) throws StepFailure {
    JsonBody body = json();
    if (!body.is(path, expected)) {
      throw StepFailure.failed(
          path
              + body.at(path).map(found -> " is " + Quoting.quote(found)).orElse(" is not there")
              + " instead of "
              + Quoting.quote(expected));
    }
  }

  private String capture(Source source) throws StepFailure, InterruptedException {
    return switch (source) {
      case Source.Json(String path) ->
          json().at(path).orElseThrow(() -> StepFailure.failed("the body has nothing at " + path));
      case Source.Header(String name) ->
          answer.first(name).orElseThrow(() -> StepFailure.failed("no header " + name));
      case Source.Match(String pattern) ->
          match(pattern)
              .orElseThrow(() ->
                  StepFailure.failed(
                      "the body has nothing that matches " + Quoting.quote(pattern)));
    };
  }

  private Optional<String> match(String pattern) throws StepFailure, InterruptedException {
    try {
      Matcher matcher = Pattern.compile(pattern).matcher(new InterruptibleText(answer.text()));
      if (!matcher.find()) {
        return Optional.empty();
      }
      return Optional.ofNullable(matcher.groupCount() > 0 ? matcher.group(1) : matcher.group());
    } catch (InterruptibleText.Stopped e) {
      throw new InterruptedException();
    } catch (StackOverflowError e) {
      throw StepFailure.unknown("the body is too long for " + Quoting.quote(pattern));
    }
  }

  private JsonBody json() throws StepFailure {
    JsonBody known = json;
    if (known == null) {
      if (answer.shortened()) {
        throw StepFailure.failed("the body is longer than 1 MiB: too long to be read as JSON");
      }
      known =
          JsonBody.parse(answer.text())
              .orElseThrow(
                  () -> StepFailure.failed("the body is no JSON: " + Quoting.quote(answer.text())));
      json = known;
    }
    return known;
  }
}

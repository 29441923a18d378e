package io.mainstay.business;

import io.mainstay.model.InstanceId;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.TransactionSpec.Action;
import io.mainstay.model.state.Pin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A request as a user would make it. Marked as ours, but only for listeners of ours. */
final class HttpStep {
  private static final Pattern URL =
      Pattern.compile(
          "(https?)://(\\[[0-9a-fA-F:.%]+]|[^/?#:@\\[\\]]+)(?::([0-9]{1,5}))?([/?].*)?");

  /** Said by the connection itself, or only by us. */
  private static final List<String> OURS =
      List.of("host", "connection", "content-length", "transfer-encoding");

  private final Supplier<String> secret;
  private final Trust trust;
  private final Supplier<Instant> clock;

  HttpStep(Supplier<String> secret, Trust trust, Supplier<Instant> clock) {
    this.secret = secret;
    this.trust = trust;
    this.clock = clock;
  }

  /**
   * Makes it and judges the answer.
   *
   * @return what was captured
   */
  SequencedMap<String, String> perform(Action.Http http, Attempt attempt)
      throws StepFailure, InterruptedException {
    Names names = attempt.names();
    SequencedMap<String, String> headers = new LinkedHashMap<>();
    for (Map.Entry<String, String> header : http.headers().entrySet()) {
      headers.put(header.getKey(), names.line(header.getKey(), header.getValue()));
    }
    String body = http.body().isPresent() ? body(http.body().get(), headers, names) : "";
    String target = names.target(http.target());
    ServiceName service = http.service().orElse(attempt.owner());
    Entrance entrance;
    if (target.startsWith("/")) {
      entrance = attempt.entrances().to(service, http.method(), target, headers);
    } else {
      Matcher url = URL.matcher(target);
      if (!url.matches()) {
        throw StepFailure.unknown("not a URL: " + Quoting.quote(target));
      }
      target = url.group(4) == null ? "/" : url.group(4);
      target = target.startsWith("?") ? "/" + target : target;
      target = target.replaceFirst("#.*", "");
      entrance = elsewhere(url, target, http.method(), headers, service, attempt);
    }
    if (entrance.own()) {
      attempt.asks(entrance.service());
    }
    HttpCall call =
        new HttpCall(
            entrance, http.method(), target, headers(entrance, target, headers, attempt), body);
    HttpAnswer answer = send(call, attempt);
    return new AnswerJudge(answer, names).captures(http.expect(), http.capture());
  }

  private static String body(String text, Map<String, String> headers, Names names)
      throws StepFailure, InterruptedException {
    String type =
        headers.entrySet().stream()
            .filter(header -> header.getKey().equalsIgnoreCase("content-type"))
            .map(header -> header.getValue().toLowerCase(Locale.ROOT))
            .findFirst()
            .orElse("");
    return type.matches("[^;]*[/+]json\\s*(;.*)?") ? names.json(text) : names.expand(text);
  }

  private static Entrance elsewhere(
      Matcher url,
      String target,
      String method,
      Map<String, String> headers,
      ServiceName service,
      Attempt attempt)
      throws StepFailure {
    boolean tls = url.group(1).equals("https");
    String name = url.group(2);
    int port = url.group(3) == null ? (tls ? 443 : 80) : Integer.parseInt(url.group(3));
    if (port < 1 || port > 65535) {
      throw StepFailure.unknown("not a port: " + port);
    }
    String host =
        headers.entrySet().stream()
            .filter(header -> header.getKey().equalsIgnoreCase("host"))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse(name + (url.group(3) == null ? "" : ":" + port));
    InetSocketAddress address;
    try {
      address = new InetSocketAddress(InetAddress.getByName(name), port);
    } catch (UnknownHostException e) {
      throw StepFailure.failed("no address is known for " + name);
    }
    return attempt
        .entrances()
        .at(address, tls, host, method, target, headers, service)
        .orElseGet(() ->
            new Entrance(
                name + ":" + port, address, false, tls, host, new LinkedHashMap<>(), service));
  }

  private List<HttpAnswer.Header> headers(
      Entrance entrance, String target, Map<String, String> own, Attempt attempt) {
    List<HttpAnswer.Header> headers = new ArrayList<>();
    own.forEach((name, value) -> add(headers, name, value));
    entrance.headers().forEach((name, value) -> add(headers, name, value));
    if (has(headers, "user-agent").isEmpty()) {
      add(headers, "User-Agent", "mainstay-transaction");
    }
    if (has(headers, "accept").isEmpty()) {
      add(headers, "Accept", "*/*");
    }
    if (has(headers, "cookie").isEmpty()) {
      attempt
          .cookies()
          .header(entrance.host(), target, entrance.tls())
          .ifPresent(cookies -> add(headers, "Cookie", cookies));
    }
    if (!entrance.own()) {
      return headers;
    }
    if (has(headers, "traceparent").isEmpty()) {
      add(headers, "traceparent", attempt.traceParent());
    }
    headers.add(new HttpAnswer.Header("X-Mainstay-Transaction", attempt.runId()));
    headers.add(new HttpAnswer.Header("X-Mainstay-Probe", secret.get()));
    if (!attempt.pins().isEmpty()) {
      String pins = attempt.pins().stream().map(Pin::toString).collect(Collectors.joining(", "));
      headers.add(new HttpAnswer.Header("X-Mainstay-Pin", pins));
    }
    return headers;
  }

  private static void add(List<HttpAnswer.Header> headers, String name, String value) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (!OURS.contains(lower) && !lower.startsWith("x-mainstay-")) {
      headers.add(new HttpAnswer.Header(name, value));
    }
  }

  private static Optional<HttpAnswer.Header> has(List<HttpAnswer.Header> headers, String name) {
    return headers.stream().filter(header -> header.name().equalsIgnoreCase(name)).findFirst();
  }

  private HttpAnswer send(HttpCall call, Attempt attempt) throws StepFailure {
    Entrance entrance = call.entrance();
    HttpAnswer answer;
    try {
      answer = call.send(trust);
    } catch (HttpCall.NotConnected | AnswerReader.NoAnswer e) {
      // The gateway answers for instances that do not; if it says nothing, it is not well itself.
      String reason = entrance.shown() + ": " + Quoting.message(e);
      throw entrance.own() || isShortage(e)
          ? StepFailure.unknown(reason)
          : StepFailure.failed(reason);
    } catch (IOException e) {
      String reason = Quoting.message(e);
      throw isShortage(e) ? StepFailure.unknown(reason) : StepFailure.failed(reason);
    }
    Instant now = clock.get();
    answer
        .all("set-cookie")
        .forEach(line -> attempt.cookies().set(line, entrance.host(), call.target(), now));
    if (entrance.own()) {
      witness(answer, attempt);
    }
    return answer;
  }

  /** Whether this process may open no more files, or has no more memory for them. */
  static boolean isShortage(IOException problem) {
    String text = String.valueOf(problem.getMessage());
    return text.contains("Too many open files") || text.contains("No buffer space");
  }

  /** Who answered; the gateway itself does where it was not asked what it knows. */
  private static void witness(HttpAnswer answer, Attempt attempt) throws StepFailure {
    Optional<InstanceId> by = answer.first("x-mainstay-instance").flatMap(InstanceId::parse);
    by.ifPresent(attempt::answeredBy);
    String reason = answer.first("x-mainstay-reason").orElse("");
    if (by.isEmpty()
        && !reason.isEmpty()
        && (answer.status() == 400
            || answer.status() == 404
            || reason.equals("pinned instance not known"))) {
      throw StepFailure.unknown(
          "the gateway answered " + answer.status() + " itself: " + Quoting.shorten(reason));
    }
  }
}

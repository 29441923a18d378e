package io.mainstay.business;

import io.mainstay.model.Address;
import io.mainstay.model.ServiceName;
import io.mainstay.ports.FlowQueries.Answer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** Asks a Prometheus by an instant query of its HTTP API, version 1, how far a counter has come. */
final class PrometheusCounter {
  private static final ServiceName NOBODY = new ServiceName("prometheus");

  private PrometheusCounter() {}

  /**
   * Reads it, blocking; ended by an interrupt of its virtual thread.
   *
   * @param url {@code http://host:port}, perhaps with a path
   */
  static Answer read(String url, String query) throws StepFailure {
    // Not by URI: it knows no host with an underscore.
    String behindScheme = url.substring("http://".length());
    int slash = behindScheme.indexOf('/');
    Address server =
        Address.parse(slash < 0 ? behindScheme : behindScheme.substring(0, slash)).orElseThrow();
    String folder = slash < 0 ? "" : behindScheme.substring(slash).replaceFirst("/+$", "");
    String target =
        folder + "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8);
    Entrance entrance =
        new Entrance(
            url,
            new InetSocketAddress(server.host(), server.port()),
            false,
            false,
            server.toString(),
            new LinkedHashMap<>(),
            NOBODY);
    HttpAnswer answer;
    try {
      answer =
          new HttpCall(
                  entrance,
                  "GET",
                  target,
                  List.of(
                      new HttpAnswer.Header("Accept", "application/json"),
                      new HttpAnswer.Header("User-Agent", "mainstay-flow")),
                  "")
              .send(new Trust());
    } catch (IOException e) {
      throw StepFailure.unknown(url + ": " + Quoting.message(e));
    }
    return new Answer.Counted(value(answer));
  }

  private static double value(HttpAnswer answer) throws StepFailure {
    JsonBody body =
        JsonBody.parse(answer.text())
            .filter(one -> !answer.shortened())
            .orElseThrow(() ->
                StepFailure.unknown(
                    "the Prometheus answers HTTP "
                        + answer.status()
                        + ": "
                        + Quoting.quote(answer.text())));
    if (answer.status() != 200 || !body.is("$.status", "success")) {
      throw StepFailure.unknown(
          "the Prometheus answers HTTP "
              + answer.status()
              + ": "
              + Quoting.quote(body.at("$.error").orElse(answer.text())));
    }
    boolean scalar = body.is("$.data.resultType", "scalar");
    if (!scalar && body.at("$.data.result[1]").isPresent()) {
      throw StepFailure.unknown("more than one sample (expected: one, as sum(…) makes it)");
    }
    Optional<String> text = body.at(scalar ? "$.data.result[1]" : "$.data.result[0].value[1]");
    if (text.isEmpty()) {
      throw StepFailure.unknown("no sample");
    }
    try {
      double value = Double.parseDouble(text.get());
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // As +Inf, which Java writes otherwise.
    }
    throw StepFailure.unknown("a sample is " + Quoting.quote(text.get()) + ", no number");
  }
}

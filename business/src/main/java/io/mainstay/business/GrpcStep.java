package io.mainstay.business;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import io.mainstay.model.spec.Checks.StatusRange;
import io.mainstay.model.spec.GrpcStatus;
import io.mainstay.model.spec.TransactionSpec.Action;
import io.mainstay.probes.GrpcCall.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * A unary call of gRPC, as a client would make it. Messages are JSON by the mapping of protobuf;
 * what the answer does not set has its default there, unless its presence counts.
 */
final class GrpcStep {
  /**
   * The server is told a little more time than it has: it would end the call at its time, too, and
   * whichever comes first would be told as the reason.
   */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private static final int MOST_SCHEMAS = 64;

  private final GrpcTargets targets;
  private final Trust trust;

  /** What servers told of their methods; the eldest goes. */
  private final SequencedMap<String, MethodDescriptor> known =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, MethodDescriptor> eldest) {
          return size() > MOST_SCHEMAS;
        }
      };

  GrpcStep(GrpcTargets targets, Trust trust) {
    this.targets = targets;
    this.trust = trust;
  }

  /**
   * Makes it and judges the answer.
   *
   * @return what was captured
   */
  SequencedMap<String, String> perform(Action.Grpc grpc, Attempt attempt)
      throws StepFailure, InterruptedException {
    Names names = attempt.names();
    String json = names.json(grpc.message());
    GrpcTargets.Target target = targets.of(grpc, attempt);
    Entrance entrance = target.entrance();
    if (entrance.own()) {
      attempt.asks(entrance.service());
    }
    target.instance().ifPresent(attempt::answeredBy);
    GrpcExchange exchange =
        new GrpcExchange(entrance, List.of(Map.entry("user-agent", "mainstay-transaction")), trust);
    String key = entrance.address() + " " + grpc.method();
    try {
      MethodDescriptor method = method(grpc, exchange, key, attempt);
      Outcome.Ended ended =
          exchange.ask(grpc.method(), encoded(method, json), metadata(grpc, entrance, attempt));
      HttpAnswer answer = answer(ended, method);
      status(answer.status(), ended, grpc.expect().status());
      return new AnswerJudge(answer, names).captures(grpc.expect(), grpc.capture());
    } catch (StepFailure e) {
      // Whoever answers there next may be of another version.
      forget(key);
      throw e;
    }
  }

  private MethodDescriptor method(
      Action.Grpc grpc, GrpcExchange exchange, String key, Attempt attempt)
      throws StepFailure, InterruptedException {
    if (grpc.descriptors().isPresent()) {
      String file = attempt.names().expand(grpc.descriptors().get());
      return GrpcSchemas.ofFile(attempt.directory().resolve(file), grpc.method());
    }
    MethodDescriptor method;
    synchronized (known) {
      method = known.get(key);
    }
    if (method == null) {
      method = GrpcSchemas.ofServer(exchange, grpc.method());
      synchronized (known) {
        known.put(key, method);
      }
    }
    return method;
  }

  private void forget(String key) {
    synchronized (known) {
      known.remove(key);
    }
  }

  private static byte[] encoded(MethodDescriptor method, String json) throws StepFailure {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(method.getInputType());
    try {
      JsonFormat.parser().usingTypeRegistry(types(method.getInputType())).merge(json, message);
    } catch (InvalidProtocolBufferException e) {
      throw StepFailure.unknown(
          "json does not fit " + method.getInputType().getFullName() + ": " + Quoting.message(e));
    }
    return message.build().toByteArray();
  }

  /** As an answer of HTTP has it: the code as status, the message as a body of JSON. */
  private static HttpAnswer answer(Outcome.Ended ended, MethodDescriptor method)
      throws StepFailure {
    List<HttpAnswer.Header> headers = new ArrayList<>();
    ended
        .metadata()
        .forEach(one -> headers.add(new HttpAnswer.Header(one.getKey(), one.getValue())));
    int code = ended.code().matches("[0-9]{1,2}") ? Integer.parseInt(ended.code()) : -1;
    if (!ended.isOk()) {
      return new HttpAnswer(code, headers, "", false);
    }
    try {
      DynamicMessage message =
          DynamicMessage.parseFrom(method.getOutputType(), GrpcExchange.message(ended));
      String json =
          JsonFormat.printer()
              .usingTypeRegistry(types(method.getOutputType()))
              .alwaysPrintFieldsWithNoPresence()
              .print(message);
      return new HttpAnswer(code, headers, json, false);
    } catch (InvalidProtocolBufferException e) {
      throw StepFailure.failed(
          "the answer is no " + method.getOutputType().getFullName() + ": " + Quoting.message(e));
    }
  }

  /** What an {@code Any} may hold: all that the method's files know. */
  private static TypeRegistry types(Descriptor type) {
    return TypeRegistry.newBuilder().add(type).build();
  }

  private static List<Map.Entry<String, String>> metadata(
      Action.Grpc grpc, Entrance entrance, Attempt attempt)
      throws StepFailure, InterruptedException {
    List<Map.Entry<String, String>> metadata = new ArrayList<>();
    metadata.add(Map.entry("grpc-timeout", attempt.left().plus(GRACE).toMillis() + "m"));
    for (Map.Entry<String, String> header : grpc.headers().entrySet()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      metadata.add(Map.entry(name, attempt.names().line(name, header.getValue())));
    }
    if (entrance.own()) {
      if (!grpc.headers().containsKey("traceparent")) {
        metadata.add(Map.entry("traceparent", attempt.traceParent()));
      }
      metadata.add(Map.entry("x-mainstay-transaction", attempt.runId()));
    }
    return metadata;
  }

  private static void status(int code, Outcome.Ended ended, List<StatusRange> accepted)
      throws StepFailure {
    if (accepted.stream().noneMatch(range -> range.contains(code))) {
      String expected =
          accepted.stream()
              .map(range -> GrpcStatus.name(Integer.toString(range.from())))
              .collect(Collectors.joining(", "));
      throw StepFailure.failed("status " + shown(ended) + " instead of " + expected);
    }
  }

  /** A status by its name, and what the server says of it. */
  static String shown(Outcome.Ended ended) {
    return GrpcStatus.name(ended.code())
        + (ended.message().isEmpty() ? "" : ", " + Quoting.quote(ended.message()));
  }
}

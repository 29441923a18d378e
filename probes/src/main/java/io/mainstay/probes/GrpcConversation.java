package io.mainstay.probes;

import io.mainstay.model.Address;
import io.mainstay.model.spec.Checks.Probe;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One call of the gRPC health protocol. */
final class GrpcConversation implements Conversation {
  private static final int MOST_BYTES = 4 * 1024;
  private static final byte SETTINGS = 4;

  private static volatile boolean loaded;

  private final Probe.Grpc probe;
  private final boolean secure;
  private final GrpcCall call;

  GrpcConversation(Probe.Grpc probe, Address address, boolean secure) {
    this.probe = probe;
    this.secure = secure;
    this.call =
        new GrpcCall(
            new GrpcCall.Request(
                GrpcHealth.PATH,
                address.toString(),
                secure,
                List.of(Map.entry("user-agent", "mainstay-check")),
                GrpcHealth.request(probe.service()),
                MOST_BYTES));
  }

  @Override
  public boolean isLoaded() {
    return loaded;
  }

  /** The classes of HTTP/2 take a quarter of a second. */
  @Override
  public void load() {
    GrpcConversation trial = new GrpcConversation(probe, new Address("127.0.0.1", 1), secure);
    trial.opening();
    trial.came(ByteBuffer.wrap(new byte[] {0, 0, 0, SETTINGS, 0, 0, 0, 0, 0}));
    trial.reply();
    loaded = true;
  }

  @Override
  public List<String> protocols() {
    return List.of("h2");
  }

  @Override
  public byte[] opening() {
    return call.opening();
  }

  @Override
  public Optional<Answer> sent() {
    return Optional.empty();
  }

  @Override
  public Optional<Answer> came(ByteBuffer bytes) {
    return call.came(bytes).map(this::judge);
  }

  @Override
  public byte[] reply() {
    return call.reply();
  }

  @Override
  public Answer ended() {
    return judge(call.ended());
  }

  @Override
  public boolean isPolite() {
    return false;
  }

  private Answer judge(GrpcCall.Outcome outcome) {
    return switch (outcome) {
      case GrpcCall.Outcome.Broken(String reason) -> Answer.fail(reason);
      case GrpcCall.Outcome.Ended ended when ended.isOk() ->
          GrpcHealth.judge(ended.data(), probe.service());
      case GrpcCall.Outcome.Ended ended ->
          GrpcHealth.refused(ended.code(), ended.message(), probe.service());
    };
  }
}

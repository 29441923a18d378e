package io.mainstay.probes;

import io.mainstay.model.spec.GrpcStatus;
import io.mainstay.probes.Conversation.Answer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The messages of grpc.health.v1 (gRPC's doc/health-checking.md), their framing and the statuses of
 * calls (doc/statuscodes.md). Written by hand: one field each way needs no library.
 */
final class GrpcHealth {
  /** What is called. */
  static final String PATH = "/grpc.health.v1.Health/Check";

  private static final int PREFIX = 5;
  private static final int STATUS_FIELD = 1;
  private static final List<String> HEALTH =
      List.of("UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN");

  private GrpcHealth() {}

  /** A HealthCheckRequest with the prefix of a message. */
  static byte[] request(String service) {
    byte[] name = service.getBytes(StandardCharsets.UTF_8);
    ByteBuffer message = ByteBuffer.allocate(name.length + 16);
    message.put((byte) 0).putInt(0);
    if (name.length > 0) {
      message.put((byte) ((STATUS_FIELD << 3) | 2));
      int rest = name.length;
      for (; rest > 0x7f; rest >>>= 7) {
        message.put((byte) ((rest & 0x7f) | 0x80));
      }
      message.put((byte) rest).put(name);
    }
    message.putInt(1, message.position() - PREFIX);
    byte[] bytes = new byte[message.position()];
    message.flip().get(bytes);
    return bytes;
  }

  /** What a call that went well says: a prefix and a HealthCheckResponse. */
  static Answer judge(byte[] data, String service) {
    ByteBuffer message = ByteBuffer.wrap(data);
    if (data.length < PREFIX) {
      return Answer.fail("gRPC status OK, but no message");
    }
    if (message.get() != 0) {
      return Answer.fail("the answer is compressed, which was not asked for");
    }
    if (message.getInt() != message.remaining()) {
      return Answer.fail("the answer is not one whole message of gRPC");
    }
    long status = status(message);
    if (status == HEALTH.indexOf("SERVING")) {
      return Answer.pass("SERVING");
    }
    if (status == MALFORMED) {
      return Answer.fail("the answer is no HealthCheckResponse");
    }
    String name =
        status >= 0 && status < HEALTH.size() ? HEALTH.get((int) status) : "status " + status;
    return Answer.fail("the server says " + name + of(service));
  }

  /** What a call says that did not go well. */
  static Answer refused(String code, String message, String service) {
    String name = GrpcStatus.name(code);
    String meaning =
        switch (name) {
          case "NOT_FOUND" -> ": the server does not know this service";
          case "UNIMPLEMENTED" -> ": the server has no health service";
          default -> "";
        };
    return Answer.fail(
        "gRPC status "
            + (name.equals(code) ? Quoting.quote(code) : name)
            + of(service)
            + meaning
            + (message.isEmpty() ? "" : ", " + Quoting.quote(message)));
  }

  private static String of(String service) {
    return service.isEmpty() ? "" : " of " + Quoting.quote(service);
  }

  private static final long MALFORMED = -1;

  /** The value of the one field that counts; the last one, as protobuf has it; 0 without one. */
  private static long status(ByteBuffer message) {
    long status = 0;
    while (message.hasRemaining()) {
      long key = varint(message);
      if (key == MALFORMED) {
        return MALFORMED;
      }
      long value = 0;
      int skipped = 0;
      switch ((int) (key & 7)) {
        case 0 -> value = varint(message);
        case 1 -> skipped = Long.BYTES;
        case 2 -> {
          long length = varint(message);
          skipped = length > message.remaining() ? -1 : (int) length;
        }
        case 5 -> skipped = Integer.BYTES;
        default -> skipped = -1;
      }
      if (value == MALFORMED || skipped < 0 || skipped > message.remaining()) {
        return MALFORMED;
      }
      message.position(message.position() + skipped);
      if (key == STATUS_FIELD << 3) {
        status = value;
      }
    }
    return status;
  }

  /** At most 63 bits: no value of this protocol has more. */
  private static long varint(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; shift < 63 && bytes.hasRemaining(); shift += 7) {
      byte next = bytes.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    return MALFORMED;
  }
}

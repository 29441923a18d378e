package io.mainstay.gateway.codec;

import io.mainstay.decisions.routing.RouteTable;
import io.mainstay.model.spec.ListenerSpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One parsed request head: ranges of the array that was parsed, reused for every request of a loop.
 * Valid only until the next one is parsed.
 */
public final class RequestHead implements RouteTable.Headers {
  byte[] bytes = new byte[0];
  int methodStart;
  int methodEnd;
  int targetStart;
  int targetEnd;
  int pathStart;
  int hostStart;
  int hostEnd;
  boolean minorZero;
  long contentLength;
  boolean chunked;
  boolean keepAlive;
  boolean upgrade;
  boolean expectContinue;
  boolean absoluteForm;
  boolean marksKept;
  int end;
  final Fields fields = new Fields();
  private Method method = Method.OTHER;

  /** Methods that the gateway treats in a way of their own. */
  public enum Method {
    GET,
    HEAD,
    POST,
    PUT,
    DELETE,
    OPTIONS,
    PATCH,
    /** TRACE and whatever else is a token. */
    OTHER
  }

  /** Sets {@link #method()} from the parsed range. */
  void readMethod() {
    int length = methodEnd - methodStart;
    byte first = bytes[methodStart];
    Method candidate =
        switch (length) {
          case 3 -> first == 'G' ? Method.GET : Method.PUT;
          case 4 -> first == 'H' ? Method.HEAD : Method.POST;
          case 5 -> Method.PATCH;
          case 6 -> Method.DELETE;
          case 7 -> Method.OPTIONS;
          default -> Method.OTHER;
        };
    String name = candidate.name();
    for (int i = 0; i < length && candidate != Method.OTHER; i++) {
      if (bytes[methodStart + i] != name.charAt(i)) {
        candidate = Method.OTHER;
      }
    }
    method = candidate;
  }

  /** Which method; methods are case-sensitive. */
  public Method method() {
    return method;
  }

  /** The method as text. */
  public String methodText() {
    return method == Method.OTHER ? Octets.text(bytes, methodStart, methodEnd) : method.name();
  }

  /** The first of these routes that fits, or null. */
  public ListenerSpec.@Nullable Route match(RouteTable routes) {
    return routes.match(
        bytes, hostStart, hostEnd, pathStart, targetEnd, methodStart, methodEnd, this);
  }

  /** Whether a field has that name, which is in lower case, and exactly that value. */
  @Override
  public boolean has(byte[] name, byte[] value) {
    return fields.has(bytes, name, value);
  }

  /** Whether it has exactly this method. */
  public boolean isMethod(String name) {
    int length = methodEnd - methodStart;
    if (length != name.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (bytes[methodStart + i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** A condition on the path. */
  @FunctionalInterface
  public interface PathCondition {
    /** Whether the range, a path with or without a query, fulfils it. */
    boolean fits(byte[] bytes, int from, int to);
  }

  /** Whether its path fulfils this condition. */
  public boolean isPath(PathCondition condition) {
    return condition.fits(bytes, pathStart, targetEnd);
  }

  /** The value of the first field of that lower-case name; null if there is none. */
  public @Nullable String value(byte[] lowerName) {
    return fields.value(bytes, lowerName);
  }

  /** Whether it says that it is a probe of our own; not looked at by whom. */
  public boolean saysProbe() {
    return fields.has(Fields.PROBE);
  }

  /** What it shows for that; null if not exactly one field. */
  public byte @Nullable [] probe() {
    return fields.number(Fields.PROBE) == 1 ? value(Fields.PROBE) : null;
  }

  /** Where it wants to go; empty: as any request, null: said more than once. */
  public @Nullable String pin() {
    return text(Fields.PIN);
  }

  /** The run of a transaction that it belongs to; empty: none, null: said more than once. */
  public @Nullable String transaction() {
    return text(Fields.TRANSACTION);
  }

  private @Nullable String text(byte kind) {
    return switch (fields.number(kind)) {
      case 0 -> "";
      case 1 -> {
        byte[] value = value(kind);
        yield Octets.text(value, 0, value.length);
      }
      default -> null;
    };
  }

  private byte[] value(byte kind) {
    int index = fields.first(kind);
    return Arrays.copyOfRange(bytes, fields.valueStart(index), fields.valueEnd(index));
  }

  /** It is a probe of our own: its marks go on to the instance. */
  public void keepMarks() {
    marksKept = true;
  }

  /** Whether the client speaks HTTP/1.0. */
  public boolean isHttp10() {
    return minorZero;
  }

  /** Bytes of the body; -1 if it is chunked or if there is none. */
  public long contentLength() {
    return contentLength;
  }

  /** Whether the body is chunked. */
  public boolean isChunked() {
    return chunked;
  }

  /** Whether the client would send another request on this connection. */
  public boolean isKeepAlive() {
    return keepAlive;
  }

  /** Whether the client offers to change the protocol in a way that is passed through. */
  public boolean isUpgrade() {
    return upgrade;
  }

  /** Whether the client waits for 100 before it sends the body. */
  public boolean expectsContinue() {
    return expectContinue;
  }

  /** The length of the head in the array that was parsed, blank line included. */
  public int end() {
    return end;
  }
}

package io.mainstay.gateway.codec;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Writes the heads that the gateway sends on: the lines that came, in runs, without those that
 * belong to one connection only, and the lines that a proxy adds. One per loop.
 */
public final class HeadWriter {
  private static final byte[] VERSION = Octets.bytes(" HTTP/1.1\r\n");
  private static final byte[] STATUS_VERSION = Octets.bytes("HTTP/1.1 ");
  private static final byte[] VIA = Octets.bytes("Via: 1.1 mainstay\r\n");
  private static final byte[] FORWARDED_FOR = Octets.bytes("X-Forwarded-For: ");
  private static final byte[] CLOSE = Octets.bytes("Connection: close\r\n");
  private static final byte[] KEEP_ALIVE = Octets.bytes("Connection: keep-alive\r\n");
  private static final byte[] UPGRADE = Octets.bytes("Connection: Upgrade\r\n");
  private static final byte[] HOST = Octets.bytes("Host: localhost\r\n");
  private static final byte[] CHUNKED = Octets.bytes("Transfer-Encoding: chunked\r\n");
  private static final byte[] END = Octets.bytes("\r\n");

  private static final int HOP_BY_HOP =
      1 << Fields.CONNECTION
          | 1 << Fields.KEEP_ALIVE
          | 1 << Fields.PROXY_CONNECTION
          | 1 << Fields.HTTP2_SETTINGS
          | 1 << Fields.LISTED
          | 1 << Fields.TRANSFER_ENCODING
          | 1 << Fields.TE;
  private static final int UPGRADE_BIT = 1 << Fields.UPGRADE;

  /** Of whoever may not tell the gateway where a request goes, and may not know who answers. */
  private static final int MARKS =
      1 << Fields.PROBE | 1 << Fields.PIN | 1 << Fields.TRANSACTION | 1 << Fields.INSTANCE;

  private static final int INSTANCE_BIT = 1 << Fields.INSTANCE;
  private static final byte[] INSTANCE = Octets.bytes("X-Mainstay-Instance: ");
  private static final int FORWARDED = 1 << Fields.FORWARDED_FOR | 1 << Fields.FORWARDED_PROTO;

  private byte[] out = new byte[8192];
  private int length;

  /** What the connection to the client asks of a response head. */
  public enum Persistence {
    /** Nothing needs to be said. */
    DEFAULT,
    /** This is the last response on the connection. */
    CLOSE,
    /** Said to clients of HTTP/1.0. */
    KEEP_ALIVE
  }

  /**
   * The request line and fields for the instance.
   *
   * @param clientAddress of the peer, without its port
   * @param trailer fields that are the same for every request of the connection, blank line
   *     included: see {@link #trailer}
   */
  public void request(RequestHead head, byte[] clientAddress, byte[] trailer) {
    length = 0;
    ensure(head.end + clientAddress.length + trailer.length + 128 + 2 * Fields.MOST);
    byte[] bytes = head.bytes;
    put(bytes, head.methodStart, head.methodEnd);
    out[length++] = ' ';
    if (head.absoluteForm) {
      if (head.pathStart == head.targetEnd || bytes[head.pathStart] != '/') {
        out[length++] = '/';
      }
      put(bytes, head.pathStart, head.targetEnd);
    } else {
      put(bytes, head.targetStart, head.targetEnd);
    }
    put(VERSION);
    int removed =
        HOP_BY_HOP
            | FORWARDED
            | (head.upgrade ? 0 : UPGRADE_BIT)
            | (head.marksKept ? INSTANCE_BIT : MARKS);
    putFields(head.fields, bytes, removed);
    if (!head.fields.has(Fields.HOST)) {
      // A client of HTTP/1.0 need not name one, but the instance is spoken to in 1.1.
      put(HOST);
    }
    if (head.upgrade) {
      put(UPGRADE);
    }
    if (head.chunked) {
      // In the one spelling that every parser reads.
      put(CHUNKED);
    }
    putForwardedFor(head, clientAddress);
    put(trailer);
  }

  /** The lines at the end of every request head of one connection. */
  public static byte[] trailer(boolean secure) {
    return Octets.bytes(
        "X-Forwarded-Proto: " + (secure ? "https" : "http") + "\r\nVia: 1.1 mainstay\r\n\r\n");
  }

  private void putForwardedFor(RequestHead head, byte[] clientAddress) {
    put(FORWARDED_FOR);
    Fields fields = head.fields;
    if (fields.has(Fields.FORWARDED_FOR)) {
      for (int i = 0; i < fields.count(); i++) {
        if (fields.kind(i) == Fields.FORWARDED_FOR && fields.valueEnd(i) > fields.valueStart(i)) {
          put(head.bytes, fields.valueStart(i), fields.valueEnd(i));
          out[length++] = ',';
          out[length++] = ' ';
        }
      }
    }
    put(clientAddress);
    put(END);
  }

  /**
   * The status line and fields for the client.
   *
   * @param chunked whether a chunked body stays so
   * @param instance who answered, for those who may know; empty: not said
   */
  public void response(
      ResponseHead head, Persistence persistence, boolean chunked, String instance) {
    length = 0;
    ensure(head.end + 192 + instance.length());
    put(STATUS_VERSION);
    int fieldsStart = head.fields.lineStart(0);
    put(head.bytes, head.statusStart, fieldsStart);
    boolean switching = head.status == 101;
    putFields(head.fields, head.bytes, HOP_BY_HOP | INSTANCE_BIT | (switching ? 0 : UPGRADE_BIT));
    if (!instance.isEmpty()) {
      put(INSTANCE);
      put(Octets.bytes(instance));
      put(END);
    }
    if (chunked && head.chunked) {
      put(CHUNKED);
    }
    put(VIA);
    switch (persistence) {
      case DEFAULT -> {
        if (switching) {
          put(UPGRADE);
        }
      }
      case CLOSE -> put(CLOSE);
      case KEEP_ALIVE -> put(KEEP_ALIVE);
    }
    put(END);
  }

  private void putFields(Fields fields, byte[] bytes, int removed) {
    int count = fields.count();
    int run = fields.lineStart(0);
    for (int i = 0; i < count; i++) {
      if ((removed & 1 << fields.kind(i)) != 0) {
        int start = fields.lineStart(i);
        if (start > run) {
          put(bytes, run, start);
        }
        run = fields.lineStart(i + 1);
      }
    }
    int end = fields.lineStart(count);
    if (end > run) {
      put(bytes, run, end);
    }
  }

  private void put(byte[] bytes) {
    System.arraycopy(bytes, 0, out, length, bytes.length);
    length += bytes.length;
  }

  private void put(byte[] bytes, int from, int to) {
    System.arraycopy(bytes, from, out, length, to - from);
    length += to - from;
  }

  private void ensure(int capacity) {
    if (out.length < capacity) {
      out = Arrays.copyOf(out, Math.max(capacity, out.length * 2));
    }
  }

  /** The length of what was written last. */
  public int length() {
    return length;
  }

  /** Appends what was written last to {@code buffer}. */
  public void copyTo(ByteBuf buffer) {
    buffer.writeBytes(out, 0, length);
  }
}

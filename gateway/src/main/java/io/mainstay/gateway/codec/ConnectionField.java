package io.mainstay.gateway.codec;

/** What the Connection fields of a head ask for. */
final class ConnectionField {
  static final int CLOSE = 1;
  static final int KEEP_ALIVE = 2;
  static final int UPGRADE = 4;
  static final int MALFORMED = 8;

  private static final byte[] CLOSE_NAME = Octets.bytes("close");
  private static final byte[] KEEP_ALIVE_NAME = Octets.bytes("keep-alive");
  private static final byte[] UPGRADE_NAME = Octets.bytes("upgrade");

  private ConnectionField() {}

  /** Reads all of them; fields that they list are marked as of this connection only. */
  static int read(Fields fields, byte[] bytes) {
    if (!fields.has(Fields.CONNECTION)) {
      return 0;
    }
    int options = 0;
    for (int i = 0; i < fields.count(); i++) {
      if (fields.kind(i) == Fields.CONNECTION) {
        options |= readOne(fields, bytes, fields.valueStart(i), fields.valueEnd(i));
      }
    }
    return options;
  }

  private static int readOne(Fields fields, byte[] bytes, int from, int to) {
    int options = 0;
    int at = from;
    while (at < to) {
      while (at < to && (bytes[at] == ',' || bytes[at] == ' ' || bytes[at] == '\t')) {
        at++;
      }
      int start = at;
      while (at < to && Octets.isToken(bytes[at])) {
        at++;
      }
      int end = at;
      while (at < to && (bytes[at] == ' ' || bytes[at] == '\t')) {
        at++;
      }
      if (at < to && bytes[at] != ',') {
        return options | MALFORMED;
      }
      if (end > start) {
        options |= option(fields, bytes, start, end);
      }
    }
    return options;
  }

  private static int option(Fields fields, byte[] bytes, int from, int to) {
    if (Octets.is(bytes, from, to, KEEP_ALIVE_NAME)) {
      return KEEP_ALIVE;
    }
    if (Octets.is(bytes, from, to, CLOSE_NAME)) {
      return CLOSE;
    }
    if (Octets.is(bytes, from, to, UPGRADE_NAME)) {
      return UPGRADE;
    }
    fields.markListed(bytes, from, to);
    return 0;
  }
}

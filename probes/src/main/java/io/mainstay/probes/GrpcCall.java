package io.mainstay.probes;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import java.io.ByteArrayOutputStream;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One unary call of gRPC over HTTP/2 with prior knowledge (gRPC's doc/PROTOCOL-HTTP2.md). Netty
 * does the protocol on bytes that somebody else carries, with buffers of the heap that need no
 * release: nobody has to tell a call that its time is over. One thread at a time.
 */
public final class GrpcCall {
  /** Besides the message: what headers, settings and pings may come to. */
  private static final int MOST_AROUND = 60 * 1024;

  private static final long MOST_HEADERS = 8 * 1024;
  private static final int STREAM = 1;
  private static final int FRAME_HEAD = 9;
  private static final int PREFIX = 5;
  private static final byte SETTINGS = 4;
  private static final ByteBufAllocator HEAP = new UnpooledByteBufAllocator(false, true);

  private final Request request;
  private final ByteArrayOutputStream first = new ByteArrayOutputStream();
  private final ByteArrayOutputStream message = new ByteArrayOutputStream();
  private final List<Map.Entry<String, String>> metadata = new ArrayList<>();
  private Optional<EmbeddedChannel> http2 = Optional.empty();
  private Optional<Outcome> outcome = Optional.empty();
  private String lastSeen = "";
  private boolean begun;
  private int total;

  /** A call that was not made yet. */
  public GrpcCall(Request request) {
    this.request = request;
  }

  /**
   * What is asked.
   *
   * @param path a slash, the service in full, a slash, the method
   * @param authority as a URL has it
   * @param tls whether the bytes are carried by TLS
   * @param metadata names in lower case
   * @param data the message with its prefix of five bytes
   * @param mostBytes that the answer's message may have, its prefix not counted
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Request(
      String path,
      String authority,
      boolean tls,
      List<Map.Entry<String, String>> metadata,
      byte[] data,
      int mostBytes) {
    /** Copies the list. */
    public Request {
      metadata = List.copyOf(metadata);
    }
  }

  /** What came of it. */
  public sealed interface Outcome {
    /**
     * The server said how it ended.
     *
     * @param code of doc/statuscodes.md, as a number or as whatever the server sent
     * @param message why; empty: it did not say
     * @param data messages with their prefixes
     * @param metadata before and after them, in order, names in lower case
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Ended(String code, String message, byte[] data, List<Map.Entry<String, String>> metadata)
        implements Outcome {
      /** Copies the list. */
      public Ended {
        metadata = List.copyOf(metadata);
      }

      /** Whether it went well. */
      public boolean isOk() {
        return code.equals("0");
      }
    }

    /** It did not, and why. */
    record Broken(String reason) implements Outcome {}
  }

  /** What is to be sent first. */
  public byte[] opening() {
    Protocol protocol = new Builder().build();
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.config().setAllocator(HEAP);
    channel.pipeline().addLast(protocol);
    http2 = Optional.of(channel);
    Http2Headers headers =
        new DefaultHttp2Headers()
            .method("POST")
            .scheme(request.tls() ? "https" : "http")
            .path(request.path())
            .authority(request.authority())
            .add("content-type", "application/grpc")
            .add("te", "trailers");
    request.metadata().forEach(one -> headers.add(one.getKey(), one.getValue()));
    ChannelHandlerContext context = channel.pipeline().context(protocol);
    Http2ConnectionEncoder encoder = protocol.encoder();
    var _ = encoder.writeHeaders(context, STREAM, headers, 0, false, channel.newPromise());
    ByteBuf body = Unpooled.wrappedBuffer(request.data());
    var _ = encoder.writeData(context, STREAM, body, 0, true, channel.newPromise());
    channel.flush();
    return reply();
  }

  /**
   * Takes what came; what {@link #reply} answers then is to be sent, unless there is an outcome.
   */
  public Optional<Outcome> came(ByteBuffer bytes) {
    total += bytes.remaining();
    byte[] data = new byte[bytes.remaining()];
    bytes.get(data);
    if (!begun) {
      first.writeBytes(data);
      data = first.toByteArray();
      if (data.length < FRAME_HEAD) {
        return Optional.empty();
      }
      // Netty would say so too, but in the words of those who write servers.
      if (data[3] != SETTINGS || (data[4] & 1) != 0) {
        return Optional.of(new Outcome.Broken("no HTTP/2 came, but " + foreign(data)));
      }
      begun = true;
      first.reset();
    }
    http2.orElseThrow().writeInbound(Unpooled.wrappedBuffer(data));
    if (outcome.isEmpty() && total > request.mostBytes() + MOST_AROUND) {
      broken("no end of the answer within " + (request.mostBytes() + MOST_AROUND) / 1024 + " KiB");
    }
    return outcome;
  }

  /** What HTTP/2 has to say meanwhile. */
  public byte[] reply() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    EmbeddedChannel channel = http2.orElseThrow();
    for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
      byte[] part = new byte[next.readableBytes()];
      next.readBytes(part);
      bytes.writeBytes(part);
    }
    return bytes.toByteArray();
  }

  /** The connection ended without an outcome. */
  public Outcome ended() {
    if (begun) {
      return new Outcome.Broken(
          "the connection ended before the answer did"
              + (lastSeen.isEmpty() ? "" : ", after " + lastSeen));
    }
    return new Outcome.Broken(
        first.size() == 0
            ? "the connection was closed without an answer: no HTTP/2 server?"
            : "no HTTP/2 came, but " + foreign(first.toByteArray()));
  }

  private void broken(String reason) {
    decide(new Outcome.Broken(reason));
  }

  private void decide(Outcome found) {
    if (outcome.isEmpty()) {
      outcome = Optional.of(found);
    }
  }

  /** Percent signs of {@code grpc-message}, as far as they are any. */
  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  private static String foreign(byte[] data) {
    String text = new String(data, StandardCharsets.ISO_8859_1);
    if (text.startsWith("HTTP/1")) {
      return "HTTP/1: " + Quoting.quote(text);
    }
    // An alert or a greeting, of any version.
    boolean tls = data.length > 1 && (data[0] == 0x15 || data[0] == 0x16) && data[1] == 3;
    return tls ? "TLS" : Quoting.quote(text);
  }

  /** Netty's protocol of a client, whose errors are answers here. */
  private final class Protocol extends Http2ConnectionHandler {
    Protocol(
        Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
      super(decoder, encoder, settings);
    }

    @Override
    protected void onConnectionError(
        ChannelHandlerContext context,
        boolean outbound,
        Throwable cause,
        @Nullable Http2Exception exception) {
      broken(malformed(cause));
      super.onConnectionError(context, outbound, cause, exception);
    }

    @Override
    protected void onStreamError(
        ChannelHandlerContext context,
        boolean outbound,
        Throwable cause,
        Http2Exception.StreamException exception) {
      broken(malformed(cause));
      super.onStreamError(context, outbound, cause, exception);
    }

    private static String malformed(Throwable cause) {
      return "not to be understood as HTTP/2: " + Quoting.quote("" + cause.getMessage());
    }
  }

  private final class Builder extends AbstractHttp2ConnectionHandlerBuilder<Protocol, Builder> {
    @Override
    protected Protocol build() {
      server(false);
      initialSettings(
          Http2Settings.defaultSettings().pushEnabled(false).maxHeaderListSize(MOST_HEADERS));
      frameListener(new Listener());
      return super.build();
    }

    @Override
    protected Protocol build(
        Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
      return new Protocol(decoder, encoder, settings);
    }
  }

  /** Hears what Netty makes of the bytes; settings, pings and windows are Netty's own affair. */
  private final class Listener extends Http2FrameAdapter {
    @Override
    public void onHeadersRead(
        ChannelHandlerContext context,
        int stream,
        Http2Headers headers,
        int padding,
        boolean last) {
      headers(headers, last);
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext context,
        int stream,
        Http2Headers headers,
        int dependency,
        short weight,
        boolean exclusive,
        int padding,
        boolean last) {
      headers(headers, last);
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext context, int stream, ByteBuf data, int padding, boolean last) {
      int consumed = data.readableBytes() + padding;
      data(data, last);
      return consumed;
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext context, int stream, long code) {
      broken("the stream was reset: " + errorName(code));
    }

    /** A server that ends in order answers what it took before. */
    @Override
    public void onGoAwayRead(
        ChannelHandlerContext context, int lastStream, long code, ByteBuf why) {
      lastSeen = "GOAWAY " + errorName(code);
      if (code != Http2Error.NO_ERROR.code() || lastStream < STREAM) {
        String text = why.toString(StandardCharsets.UTF_8);
        broken("the server sent " + lastSeen + (text.isEmpty() ? "" : ", " + Quoting.quote(text)));
      }
    }

    private void headers(Http2Headers headers, boolean last) {
      String status = text(headers, ":status");
      if (status.startsWith("1")) {
        return;
      }
      remember(headers);
      String code = text(headers, "grpc-status");
      if (!code.isEmpty() && !code.equals("0")) {
        end(code, headers);
      } else if (!status.isEmpty() && !status.equals("200")) {
        broken("HTTP " + Quoting.quote(status) + " and no gRPC status");
      } else if (!status.isEmpty()
          && !text(headers, "content-type").startsWith("application/grpc")) {
        broken("the answer is no gRPC, but " + Quoting.quote(text(headers, "content-type")));
      } else if (last) {
        if (code.isEmpty()) {
          broken("the answer ended without a gRPC status");
        } else {
          end(code, headers);
        }
      }
      lastSeen = "headers";
    }

    private void remember(Http2Headers headers) {
      headers.forEach(one -> {
        String name = one.getKey().toString();
        if (!name.startsWith(":")) {
          metadata.add(Map.entry(name, one.getValue().toString()));
        }
      });
    }

    private void end(String code, Http2Headers headers) {
      decide(
          new Outcome.Ended(
              code, decoded(text(headers, "grpc-message")), message.toByteArray(), metadata));
    }

    private void data(ByteBuf data, boolean last) {
      byte[] bytes = new byte[data.readableBytes()];
      data.readBytes(bytes);
      if (message.size() + bytes.length > request.mostBytes() + PREFIX) {
        broken("a message of more than " + request.mostBytes() / 1024 + " KiB");
        return;
      }
      message.writeBytes(bytes);
      lastSeen = "data";
      if (last) {
        broken("the answer ended without a gRPC status");
      }
    }

    private static String text(Http2Headers headers, String name) {
      CharSequence value = headers.get(name);
      return value == null ? "" : value.toString();
    }

    private static String errorName(long code) {
      Http2Error error = Http2Error.valueOf(code);
      return error == null ? "error " + code : error.name();
    }
  }
}

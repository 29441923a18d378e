package io.mainstay.probes;

import io.mainstay.model.Address;
import io.mainstay.model.spec.Checks.Probe;
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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One call of the gRPC health protocol over HTTP/2 with prior knowledge. Netty does the protocol on
 * bytes that the loop carries, with buffers of the heap that need no release: nobody tells a
 * conversation that its time is over.
 */
final class GrpcConversation implements Conversation {
  private static final int MOST = 64 * 1024;
  private static final int MOST_MESSAGE = 4 * 1024;
  private static final long MOST_HEADERS = 8 * 1024;
  private static final int STREAM = 1;
  private static final int FRAME_HEAD = 9;
  private static final byte SETTINGS = 4;
  private static final ByteBufAllocator HEAP = new UnpooledByteBufAllocator(false, true);

  private static volatile boolean loaded;

  private final Probe.Grpc probe;
  private final Address address;
  private final ByteArrayOutputStream first = new ByteArrayOutputStream();
  private final ByteArrayOutputStream message = new ByteArrayOutputStream();
  private Optional<EmbeddedChannel> http2 = Optional.empty();
  private Optional<Answer> answer = Optional.empty();
  private String lastSeen = "";
  private boolean begun;
  private int total;

  GrpcConversation(Probe.Grpc probe, Address address) {
    this.probe = probe;
    this.address = address;
  }

  @Override
  public boolean isLoaded() {
    return loaded;
  }

  /** The classes of HTTP/2 take a quarter of a second. */
  @Override
  public void load() {
    GrpcConversation trial = new GrpcConversation(probe, address);
    trial.opening();
    trial.came(ByteBuffer.wrap(new byte[] {0, 0, 0, SETTINGS, 0, 0, 0, 0, 0}));
    trial.reply();
    loaded = true;
  }

  @Override
  public byte[] opening() {
    Protocol protocol = new Builder().build();
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.config().setAllocator(HEAP);
    channel.pipeline().addLast(protocol);
    http2 = Optional.of(channel);
    Http2Headers headers =
        new DefaultHttp2Headers()
            .method("POST")
            .scheme("http")
            .path(GrpcHealth.PATH)
            .authority(address.toString())
            .add("content-type", "application/grpc")
            .add("te", "trailers")
            .add("user-agent", "mainstay-check");
    ChannelHandlerContext context = channel.pipeline().context(protocol);
    Http2ConnectionEncoder encoder = protocol.encoder();
    var _ = encoder.writeHeaders(context, STREAM, headers, 0, false, channel.newPromise());
    ByteBuf body = Unpooled.wrappedBuffer(GrpcHealth.request(probe.service()));
    var _ = encoder.writeData(context, STREAM, body, 0, true, channel.newPromise());
    channel.flush();
    return reply();
  }

  @Override
  public Optional<Answer> sent() {
    return Optional.empty();
  }

  @Override
  public Optional<Answer> came(ByteBuffer bytes) {
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
        return Optional.of(Answer.fail("no HTTP/2 came, but " + foreign(data)));
      }
      begun = true;
      first.reset();
    }
    http2.orElseThrow().writeInbound(Unpooled.wrappedBuffer(data));
    if (answer.isEmpty() && total > MOST) {
      decide(Answer.fail("no end of the answer within " + MOST / 1024 + " KiB"));
    }
    return answer;
  }

  @Override
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

  @Override
  public Answer ended() {
    if (begun) {
      return Answer.fail(
          "the connection ended before the answer did"
              + (lastSeen.isEmpty() ? "" : ", after " + lastSeen));
    }
    return Answer.fail(
        first.size() == 0
            ? "the connection was closed without an answer: no HTTP/2 server?"
            : "no HTTP/2 came, but " + foreign(first.toByteArray()));
  }

  @Override
  public boolean isPolite() {
    return false;
  }

  private void decide(Answer found) {
    if (answer.isEmpty()) {
      answer = Optional.of(found);
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
      decide(malformed(cause));
      super.onConnectionError(context, outbound, cause, exception);
    }

    @Override
    protected void onStreamError(
        ChannelHandlerContext context,
        boolean outbound,
        Throwable cause,
        Http2Exception.StreamException exception) {
      decide(malformed(cause));
      super.onStreamError(context, outbound, cause, exception);
    }

    private static Answer malformed(Throwable cause) {
      return Answer.fail(
          "not to be understood as HTTP/2: " + Quoting.quote("" + cause.getMessage()));
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
      decide(Answer.fail("the stream was reset: " + name(code)));
    }

    /** A server that ends in order answers what it took before. */
    @Override
    public void onGoAwayRead(
        ChannelHandlerContext context, int lastStream, long code, ByteBuf why) {
      lastSeen = "GOAWAY " + name(code);
      if (code != Http2Error.NO_ERROR.code() || lastStream < STREAM) {
        String text = why.toString(StandardCharsets.UTF_8);
        decide(
            Answer.fail(
                "the server sent "
                    + lastSeen
                    + (text.isEmpty() ? "" : ", " + Quoting.quote(text))));
      }
    }

    private void headers(Http2Headers headers, boolean last) {
      String status = text(headers, ":status");
      if (status.startsWith("1")) {
        return;
      }
      String code = text(headers, "grpc-status");
      if (!code.isEmpty() && !code.equals("0")) {
        decide(GrpcHealth.refused(code, text(headers, "grpc-message"), probe.service()));
      } else if (!status.isEmpty() && !status.equals("200")) {
        decide(Answer.fail("HTTP " + Quoting.quote(status) + " and no gRPC status"));
      } else if (!status.isEmpty()
          && !text(headers, "content-type").startsWith("application/grpc")) {
        decide(
            Answer.fail(
                "the answer is no gRPC, but " + Quoting.quote(text(headers, "content-type"))));
      } else if (last) {
        decide(
            code.isEmpty()
                ? Answer.fail("the answer ended without a gRPC status")
                : GrpcHealth.judge(message.toByteArray(), probe.service()));
      }
      lastSeen = "headers";
    }

    private void data(ByteBuf data, boolean last) {
      byte[] bytes = new byte[data.readableBytes()];
      data.readBytes(bytes);
      if (message.size() + bytes.length > MOST_MESSAGE) {
        decide(Answer.fail("a message of more than " + MOST_MESSAGE / 1024 + " KiB"));
        return;
      }
      message.writeBytes(bytes);
      lastSeen = "data";
      if (last) {
        decide(Answer.fail("the answer ended without a gRPC status"));
      }
    }

    private static String text(Http2Headers headers, String name) {
      CharSequence value = headers.get(name);
      return value == null ? "" : value.toString();
    }

    private static String name(long code) {
      Http2Error error = Http2Error.valueOf(code);
      return error == null ? "error " + code : error.name();
    }
  }
}

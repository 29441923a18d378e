package io.mainstay.gateway.flow;

import io.mainstay.gateway.codec.RequestHead;
import io.mainstay.gateway.codec.ResponseHead;
import io.mainstay.model.spec.JsonPath;
import io.mainstay.model.state.FlowSighting;
import io.mainstay.model.state.FlowSighting.Outcome;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request of a user that is a side of one or more flows, from its head to the end of its answer.
 * A key in the answer comes before one in the request: what the service answered is what it did.
 * Only on the loop of its connection.
 */
public final class TappedRequest {
  private static final byte[] ENCODING = "content-encoding".getBytes(StandardCharsets.US_ASCII);

  private final LoopFlows loop;
  private final List<Side> sides = new ArrayList<>(1);

  /** The request as one flow sees it. */
  private static final class Side {
    final Tap tap;
    @Nullable String inRequest;
    @Nullable String inAnswer;
    @Nullable BodyLook request;
    @Nullable BodyLook answer;

    Side(Tap tap) {
      this.tap = tap;
    }
  }

  private TappedRequest(LoopFlows loop) {
    this.loop = loop;
  }

  /** The request if one of the taps is on it; else null. */
  public static @Nullable TappedRequest of(Tap[] taps, RequestHead head, LoopFlows loop) {
    TappedRequest tapped = null;
    for (Tap tap : taps) {
      if (tap.matches(head)) {
        if (tapped == null) {
          tapped = new TappedRequest(loop);
        }
        tapped.sides.add(tapped.begin(tap, head));
      }
    }
    return tapped;
  }

  private Side begin(Tap tap, RequestHead head) {
    Side side = new Side(tap);
    byte[] header = tap.header;
    JsonPath json = tap.json;
    if (header != null) {
      side.inRequest = head.value(header);
    }
    if (json != null && (head.isChunked() || head.contentLength() > 0)) {
      side.request = new BodyLook(json, loop, head.isChunked(), isPlain(head.value(ENCODING)));
    }
    return side;
  }

  private static boolean isPlain(@Nullable String encoding) {
    return encoding == null || encoding.isEmpty() || encoding.equalsIgnoreCase("identity");
  }

  /** The next bytes of the request's body, unread in {@code in}. */
  public void request(ByteBuf in, int length) {
    for (Side side : sides) {
      BodyLook look = side.request;
      if (look != null && length > 0) {
        look.look(in, length);
      }
    }
  }

  /** An answer begins that goes to the client; {@code in} holds what came behind its head. */
  public void answer(ResponseHead head, ByteBuf in) {
    for (Side side : sides) {
      byte[] header = side.tap.header;
      JsonPath json = side.tap.json;
      side.inAnswer = header == null ? null : head.value(header);
      boolean looks = json != null && head.mayHaveBody() && side.tap.takes(head.status());
      side.answer =
          looks && json != null
              ? new BodyLook(json, loop, head.isChunked(), isPlain(head.value(ENCODING)))
              : null;
    }
    answer(in);
  }

  /** The next bytes of the answer's body, unread in {@code in}. */
  public void answer(ByteBuf in) {
    for (Side side : sides) {
      BodyLook look = side.answer;
      if (look != null && in.isReadable()) {
        look.look(in, in.readableBytes());
      }
    }
  }

  /**
   * The answer is complete, or nothing more will come.
   *
   * @param status 0: no answer came, or not all of it
   */
  public void ended(int status) {
    for (Side side : sides) {
      if (side.tap.takes(status)) {
        ended(side);
      } else if (side.tap.side == FlowSighting.Side.THEN) {
        loop.seen(side.tap, Outcome.REFUSED, null);
      }
    }
  }

  private void ended(Side side) {
    KeyText key = side.tap.header == null ? inBody(side) : inHeader(side);
    if (key != null) {
      loop.seen(side.tap, Outcome.SEEN, key);
      return;
    }
    BodyLook request = side.request;
    BodyLook answer = side.answer;
    boolean unreadable =
        (request != null && request.isUnreadable()) || (answer != null && answer.isUnreadable());
    loop.seen(side.tap, unreadable ? Outcome.UNREADABLE : Outcome.NO_KEY, null);
  }

  private static @Nullable KeyText inHeader(Side side) {
    String inAnswer = side.inAnswer;
    String value = inAnswer == null || inAnswer.isEmpty() ? side.inRequest : inAnswer;
    if (value == null || value.isEmpty()) {
      return null;
    }
    KeyText key = new KeyText();
    key.addAll(value.getBytes(StandardCharsets.ISO_8859_1));
    return key;
  }

  private static @Nullable KeyText inBody(Side side) {
    BodyLook request = side.request;
    BodyLook answer = side.answer;
    KeyText key = answer == null ? null : answer.end();
    return key != null || request == null ? key : request.end();
  }
}

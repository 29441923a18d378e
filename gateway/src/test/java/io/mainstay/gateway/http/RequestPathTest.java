package io.mainstay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.gateway.TestPolicies;
import io.mainstay.model.state.Endpoint.Readiness;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The way of a request without sockets: every outcome, however its bytes are cut. */
class RequestPathTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

  private static PathFixture path(int instances) {
    return new PathFixture(TestPolicies.policy(), instances);
  }

  @Test
  void passesARequestAndItsAnswerOnWhole() {
    try (PathFixture path = path(1)) {
      path.fromClient(GET);
      assertThat(path.toInstance(0))
          .isEqualTo(
              "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: unknown\r\n"
                  + "X-Forwarded-Proto: http\r\nVia: 1.1 mainstay\r\n\r\n");
      path.fromInstance(0, OK);
      assertThat(path.toClient())
          .isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nVia: 1.1 mainstay\r\n\r\nhello");
    }
  }

  @Test
  void doesNotMindHowTheBytesAreCut() {
    String post =
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    String answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    for (int cut = 1; cut < post.length(); cut++) {
      for (int answerCut : new int[] {1, 17, cut % answer.length(), answer.length() - 1}) {
        try (PathFixture path = path(1)) {
          path.fromClient(post.substring(0, cut));
          path.fromClient(post.substring(cut));
          assertThat(path.toInstance(0)).endsWith("\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
          path.fromInstance(0, answer.substring(0, answerCut));
          path.fromInstance(0, answer.substring(answerCut));
          assertThat(path.toClient()).endsWith("\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
          // And both connections serve the next request.
          path.fromClient(GET);
          path.fromInstance(0, OK);
          assertThat(path.toClient()).endsWith("hello");
          assertThat(path.instances).hasSize(1);
        }
      }
    }
  }

  @Test
  void triesAnotherInstanceUntilAByteOfTheAnswerWasSent() {
    try (PathFixture path = path(2)) {
      path.fromClient(GET);
      path.endInstance(0);
      assertThat(path.instances).hasSize(2);
      path.fromInstance(1, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel");
      assertThat(path.toClient()).endsWith("hel");
      path.endInstance(1);
      assertThat(path.client.isActive()).isFalse();
      assertThat(path.instances).hasSize(2);
    }
  }

  @Test
  void neverSendsAPostTwice() {
    try (PathFixture path = path(2)) {
      path.fromClient("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
      path.endInstance(0);
      assertThat(path.instances).hasSize(1);
      assertThat(path.toClient()).startsWith("HTTP/1.1 502 ").contains("method not listed");
    }
  }

  @Test
  void sendsAHeldBodyAgain() {
    try (PathFixture path = path(2)) {
      String body = "x".repeat(60_000);
      path.fromClient("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n");
      path.fromClient(body.substring(0, 20_000));
      path.fromClient(body.substring(20_000));
      path.endInstance(0);
      assertThat(path.toInstance(1)).endsWith("\r\n\r\n" + body);
      path.fromInstance(1, OK);
      assertThat(path.toClient()).endsWith("hello");
    }
  }

  @Test
  void doesNotSendAgainWhatItCouldNotHold() {
    try (PathFixture path = path(2)) {
      path.fromClient("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n");
      path.fromClient("x".repeat(100_000));
      path.endInstance(0);
      assertThat(path.instances).hasSize(1);
      assertThat(path.toClient()).startsWith("HTTP/1.1 502 ").contains("body gone");
    }
  }

  @Test
  void stopsReadingTheClientWhileTheInstanceIsFull() {
    try (PathFixture path = path(1)) {
      path.fromClient("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n");
      path.instances
          .getFirst()
          .config()
          .setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(10, 20));
      path.instances.getFirst().unsafe().outboundBuffer().setUserDefinedWritability(1, false);
      path.fromClient("x".repeat(1000));
      assertThat(path.client.config().isAutoRead()).isFalse();
      path.instances.getFirst().unsafe().outboundBuffer().setUserDefinedWritability(1, true);
      path.settle();
      assertThat(path.client.config().isAutoRead()).isTrue();
    }
  }

  @Test
  void stopsReadingTheInstanceWhileTheClientIsFull() {
    try (PathFixture path = path(1)) {
      path.fromClient(GET);
      path.client.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
      path.fromInstance(0, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nhello");
      assertThat(path.instances.getFirst().config().isAutoRead()).isFalse();
      path.client.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
      path.settle();
      assertThat(path.instances.getFirst().config().isAutoRead()).isTrue();
    }
  }

  @Test
  void leavesTheInstanceWhenTheClientLeaves() {
    try (PathFixture path = path(1)) {
      path.fromClient(GET);
      path.endClient();
      assertThat(path.instances.getFirst().isActive()).isFalse();
      assertThat(path.director.runs(TestPolicies.SHOP).iterator().next().inFlight()).isZero();
    }
  }

  @Test
  void endsATryAtItsTimeOnlyIfAnotherOneIsLeft() {
    try (PathFixture path = path(2)) {
      path.fromClient(GET);
      path.pass(Duration.ofMillis(5100));
      assertThat(path.instances).hasSize(2);
      path.pass(Duration.ofMillis(5100));
      assertThat(path.toClient()).isEmpty();
      path.pass(Duration.ofSeconds(20));
      assertThat(path.toClient()).startsWith("HTTP/1.1 504 ");
    }
  }

  @Test
  void leavesTheOnlyTryAllItsTimeWhileAnotherInstanceStarts() {
    try (PathFixture path = path(1)) {
      path.add(Readiness.STARTING);
      path.fromClient(GET);
      path.pass(Duration.ofSeconds(20));
      path.fromInstance(0, OK);
      assertThat(path.toClient()).endsWith("hello");
    }
  }

  @Test
  void passesAStatusOnThatOnlyAStartingInstanceCouldBetter() {
    try (PathFixture path = path(1)) {
      path.add(Readiness.STARTING);
      path.fromClient(GET);
      path.fromInstance(0, "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
      assertThat(path.toClient()).startsWith("HTTP/1.1 503 Busy\r\n");
    }
  }

  @Test
  void waitsForAStartingInstanceOnceItsTryIsLost() {
    for (String last : new String[] {"", "HTTP/1.1 200 OK\r\nContent-Le", "??????\r\n\r\n"}) {
      try (PathFixture path = path(1)) {
        path.add(Readiness.STARTING);
        path.fromClient(GET);
        path.fromInstance(0, last);
        path.endInstance(0);
        path.pass(Duration.ofSeconds(1));
        assertThat(path.toClient()).isEmpty();
        path.set(2, Readiness.READY);
        path.fromInstance(1, OK);
        assertThat(path.toClient()).endsWith("hello");
      }
    }
  }

  @Test
  void waitsForAStartNoLongerThanTheAnswerMayTake() {
    try (PathFixture path = path(1)) {
      path.add(Readiness.STARTING);
      path.fromClient(GET);
      path.set(1, Readiness.STARTING);
      path.endInstance(0);
      path.pass(Duration.ofSeconds(29));
      assertThat(path.toClient()).isEmpty();
      path.pass(Duration.ofSeconds(2));
      assertThat(path.toClient()).startsWith("HTTP/1.1 503 ");
    }
  }

  @Test
  void connectsElsewhereHoweverLargeTheBodyIs() {
    String head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n";
    String body = "x".repeat(300_000);
    for (int first : new int[] {0, 100_000, 300_000}) {
      try (PathFixture path = path(2)) {
        path.refuse(1);
        path.fromClient(head + body.substring(0, first));
        path.fromClient(body.substring(first));
        assertThat(path.toInstance(1)).endsWith("\r\n\r\n" + body);
        path.fromInstance(1, OK);
        assertThat(path.toClient()).endsWith("hello");
      }
    }
  }

  @Test
  void readsNoMoreOfABodyThanItHoldsBeforeAnInstanceIsThere() {
    try (PathFixture path = path(1)) {
      path.set(1, Readiness.STARTING);
      path.fromClient("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n");
      path.fromClient("x".repeat(70_000));
      assertThat(path.client.config().isAutoRead()).isFalse();
      path.refuse(1);
      path.add(Readiness.READY);
      path.settle();
      path.set(1, Readiness.READY);
      assertThat(path.client.config().isAutoRead()).isTrue();
      path.fromClient("x".repeat(230_000));
      assertThat(path.toInstance(1)).endsWith("\r\n\r\n" + "x".repeat(300_000));
      path.fromInstance(1, OK);
      assertThat(path.toClient()).endsWith("hello");
    }
  }

  @Test
  void closesAnIdleConnectionThatSpeaksUnasked() {
    try (PathFixture path = path(1)) {
      path.fromClient(GET);
      path.fromInstance(0, OK);
      path.toClient();
      path.fromInstance(0, "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
      assertThat(path.instances.getFirst().isActive()).isFalse();
      path.fromClient(GET);
      path.fromInstance(1, OK);
      assertThat(path.toClient()).endsWith("hello");
    }
  }

  @Test
  void doesNotUseAConnectionAgainThatSentTooMuch() {
    try (PathFixture path = path(1)) {
      path.fromClient(GET);
      path.fromInstance(0, OK + "HTTP/1.1 200 OK\r\n");
      assertThat(path.toClient()).endsWith("hello");
      assertThat(path.instances.getFirst().isActive()).isFalse();
    }
  }

  @Test
  void opensAFreshConnectionForAPostAfterAPause() {
    try (PathFixture path = path(1)) {
      path.fromClient(GET);
      path.fromInstance(0, OK);
      path.pass(Duration.ofSeconds(2));
      path.fromClient("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
      assertThat(path.instances).hasSize(2);
    }
  }

  @Test
  void takesTheChunksOutForClientsOfHttp10() {
    try (PathFixture path = path(1)) {
      path.fromClient("GET / HTTP/1.0\r\n\r\n");
      assertThat(path.toInstance(0)).startsWith("GET / HTTP/1.1\r\nHost: localhost\r\n");
      path.fromInstance(
          0, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
      assertThat(path.toClient())
          .isEqualTo("HTTP/1.1 200 OK\r\nVia: 1.1 mainstay\r\nConnection: close\r\n\r\nhello");
      assertThat(path.client.isActive()).isFalse();
    }
  }

  @Test
  void passesContinueOnAndWaitsForTheBody() {
    try (PathFixture path = path(1)) {
      path.fromClient(
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
      assertThat(path.toInstance(0)).contains("Expect: 100-continue");
      path.fromInstance(0, "HTTP/1.1 100 Continue\r\n\r\n");
      assertThat(path.toClient()).startsWith("HTTP/1.1 100 Continue\r\n");
      path.fromClient("hi");
      assertThat(path.toInstance(0)).isEqualTo("hi");
      path.fromInstance(0, OK);
      assertThat(path.toClient()).endsWith("hello");
    }
  }

  @Test
  void endsTheConnectionIfTheAnswerComesBeforeTheBody() {
    try (PathFixture path = path(1)) {
      path.fromClient("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\nhi");
      path.fromInstance(0, "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
      assertThat(path.toClient()).startsWith("HTTP/1.1 413 ").contains("Connection: close");
      assertThat(path.instances.getFirst().isActive()).isFalse();
      // What still comes is dropped.
      path.fromClient("x".repeat(1000));
      path.pass(Duration.ofSeconds(4));
      assertThat(path.client.isActive()).isFalse();
    }
  }

  @Test
  void sendsNoBodyAfterHead() {
    try (PathFixture path = path(1)) {
      path.fromClient("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
      path.fromInstance(0, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
      assertThat(path.toClient()).endsWith("\r\n\r\n");
      path.fromClient(GET);
      path.fromInstance(0, "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n");
      assertThat(path.toClient()).endsWith("\r\n\r\n");
      path.fromClient(GET);
      path.fromInstance(0, OK);
      assertThat(path.toClient()).endsWith("hello");
    }
  }

  @Test
  void refusesATruncatedHeadAsAFailure() {
    try (PathFixture path = path(1)) {
      path.fromClient(GET);
      path.fromInstance(0, "HTTP/1.1 200 OK\r\nContent-Le");
      path.endInstance(0);
      // It may have exited: for a moment the request waits for the word of it.
      path.pass(Duration.ofMillis(400));
      assertThat(path.toClient()).startsWith("HTTP/1.1 502 ").contains("truncated");
    }
  }

  @Test
  void answers502IfNobodyCanBeReached() {
    try (PathFixture path = path(2)) {
      path.refuse(2);
      path.fromClient(GET);
      path.pass(Duration.ofMillis(400));
      assertThat(path.instances).hasSize(2);
      assertThat(path.toClient()).startsWith("HTTP/1.1 502 ").contains("connect");
    }
  }
}

package io.mainstay.gateway.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TapPathTest {
  @ParameterizedTest
  @CsvSource({
    "/orders, /orders, true",
    "/orders, /orders?a=/b, true",
    "/orders, /orders/, false",
    "/orders, /order, false",
    "/orders, /orders/1, false",
    "/orders/*/state, /orders/1/state, true",
    "/orders/*/state, /orders/1/state?x, true",
    "/orders/*/state, /orders//state, false",
    "/orders/*/state, /orders/1/2/state, false",
    "/orders/*/state, /orders/1, false",
    "/orders/*, /orders, true",
    "/orders/*, /orders/, true",
    "/orders/*, /orders/1/2?q, true",
    "/orders/*, /ordersX, false",
    "/*, /, true",
    "/*, /a/b, true",
    "/, /, true",
    "/, /a, false",
    "/*/x/*, /a/x, true",
    "/*/x/*, /a/x/b/c, true",
    "/*/x/*, //x, false",
  })
  void fits(String pattern, String target, boolean expected) {
    byte[] bytes = ("GET " + target + " HTTP").getBytes(StandardCharsets.US_ASCII);
    assertThat(new TapPath(pattern).fits(bytes, 4, 4 + target.length())).isEqualTo(expected);
  }
}

package io.mainstay.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Business;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.Fallback;
import io.mainstay.model.spec.SpecProblem;
import io.mainstay.ports.SpecReader.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FallbackTest {
  @TempDir private Path folder;

  @Test
  void isAnotherServiceOrNone() {
    Deployment deployment =
        valid("services: {shop: {run: x, fallback: lite}, lite: {upstreams: ['127.0.0.1:1']}}");
    assertThat(business(deployment, "shop"))
        .isEqualTo(new Business(Optional.of(new Fallback.ToService(new ServiceName("lite")))));
    assertThat(business(deployment, "lite")).isEqualTo(Business.NONE);
  }

  @Test
  void isAnAnswerWithThePageAsItIsNow() throws IOException {
    Files.writeString(folder.resolve("sorry.html"), "<p>Büro zu</p>");
    Deployment deployment = valid("services: {shop: {run: x, fallback: {page: sorry.html}}}");
    assertThat(business(deployment, "shop").fallback())
        .contains(
            new Fallback.Answer(
                503, Optional.of(new Fallback.Page("text/html; charset=utf-8", "<p>Büro zu</p>"))));
    assertThat(
            business(valid("services: {shop: {run: x, fallback: {status: 200}}}"), "shop")
                .fallback())
        .contains(new Fallback.Answer(200, Optional.empty()));
  }

  @Test
  void tellsTypesByTheNameOfTheFile() throws IOException {
    Files.writeString(folder.resolve("sorry.json"), "{}");
    Files.writeString(folder.resolve("sorry"), "closed");
    assertThat(page("sorry.json").type()).isEqualTo("application/json");
    assertThat(page("sorry").type()).isEqualTo("text/plain; charset=utf-8");
  }

  @Test
  void refusesPagesThatAreTooLongOrNoText() throws IOException {
    Files.writeString(folder.resolve("long.html"), "x".repeat(Fallback.Page.TEXT_MAX + 1));
    Files.write(folder.resolve("odd.html"), new byte[] {(byte) 0xff, 0});
    Files.createDirectory(folder.resolve("folder"));
    assertThat(problems("fallback: {page: long.html}"))
        .containsExactly("services.shop.fallback.page: a file of at most 64KiB");
    assertThat(problems("fallback: {page: odd.html}"))
        .containsExactly("services.shop.fallback.page: a text in UTF-8");
    assertThat(problems("fallback: {page: folder}"))
        .containsExactly("services.shop.fallback.page: a file that is there");
  }

  @Test
  void refusesTooManyLongPages() throws IOException {
    Files.writeString(folder.resolve("long.html"), "x".repeat(Fallback.Page.TEXT_MAX));
    StringBuilder file = new StringBuilder("services:\n");
    for (int i = 0; i < 5; i++) {
      file.append("  s" + i + "x: {run: x, fallback: {page: long.html}}\n");
    }
    Outcome outcome = new YamlSpecReader().read(file.toString(), "f", folder);
    assertThat(((Outcome.Invalid) outcome).problems())
        .extracting(SpecProblem::expected)
        .containsExactly("pages of at most 256KiB in one file");
  }

  @Test
  void comesBackFromJsonAndIsMissingInWhatWasWrittenBefore() throws IOException {
    Files.writeString(folder.resolve("sorry.html"), "sorry");
    JsonModelCodec codec = new JsonModelCodec();
    Deployment deployment = valid("services: {shop: {run: x, fallback: {page: sorry.html}}}");
    byte[] bytes = codec.write(deployment);
    assertThat(codec.read(bytes, Deployment.class)).isEqualTo(deployment);
    String before =
        new String(bytes, StandardCharsets.UTF_8)
            .replaceFirst(",\"business\":\\{\"fallback\":\\{.*?}},.*?}}", "");
    assertThat(before).doesNotContain("business");
    assertThat(
            business(codec.read(before.getBytes(StandardCharsets.UTF_8), Deployment.class), "shop"))
        .isEqualTo(Business.NONE);
  }

  private Fallback.Page page(String name) {
    Deployment deployment = valid("services: {shop: {run: x, fallback: {page: " + name + "}}}");
    Fallback.Answer answer =
        (Fallback.Answer) business(deployment, "shop").fallback().orElseThrow();
    return answer.page().orElseThrow();
  }

  private Deployment valid(String text) {
    Outcome outcome = new YamlSpecReader().read(text, "f", folder);
    assertThat(outcome).isInstanceOf(Outcome.Valid.class);
    return ((Outcome.Valid) outcome).deployment();
  }

  private List<String> problems(String service) {
    Outcome outcome =
        new YamlSpecReader().read("services: {shop: {run: x, " + service + "}}", "f", folder);
    return ((Outcome.Invalid) outcome)
        .problems().stream().map(problem -> problem.key() + ": " + problem.expected()).toList();
  }

  private static Business business(Deployment deployment, String name) {
    return deployment.service(new ServiceName(name)).orElseThrow().business();
  }
}

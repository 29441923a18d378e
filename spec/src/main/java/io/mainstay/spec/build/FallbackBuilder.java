package io.mainstay.spec.build;

import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Fallback;
import io.mainstay.model.spec.Fallback.Page;
import io.mainstay.spec.yaml.Value.Mapping;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Who answers in place of a service. The page is read here: servers hand the deployment to each
 * other, not the files that it names.
 */
final class FallbackBuilder {
  /** Answers that have no body. */
  private static final List<Integer> BODILESS = List.of(204, 205, 304);

  private FallbackBuilder() {}

  static Optional<Fallback> build(Fields service, Path base) {
    Optional<Mapping> answer = service.mappingOf("fallback");
    if (answer.isEmpty()) {
      return service
          .optional("fallback")
          .filter(ServiceName::isValid)
          .map(name -> new Fallback.ToService(new ServiceName(name)));
    }
    Fields fields = service.in("fallback");
    int status = fields.integer("status");
    if (BODILESS.contains(status)) {
      fields.refuse("status", "a status with a body, such as 503");
    }
    Optional<Page> page =
        fields.value("page").isPresent()
            ? page(fields, fields.path("page", base))
            : Optional.empty();
    return Optional.of(new Fallback.Answer(status, page));
  }

  private static Optional<Page> page(Fields fields, Path file) {
    byte[] bytes;
    if (!Files.isRegularFile(file)) {
      fields.refuse("page", "a file that is there");
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(Page.TEXT_MAX + 1);
    } catch (IOException e) {
      fields.refuse("page", "a file that can be read");
      return Optional.empty();
    }
    if (bytes.length > Page.TEXT_MAX) {
      fields.refuse("page", "a file of at most " + Page.TEXT_MAX / 1024 + "KiB");
      return Optional.empty();
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return Optional.of(new Page(type(String.valueOf(file.getFileName())), text));
    } catch (CharacterCodingException e) {
      fields.refuse("page", "a text in UTF-8");
      return Optional.empty();
    }
  }

  private static String type(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.endsWith(".html") || lower.endsWith(".htm")) {
      return "text/html; charset=utf-8";
    }
    return lower.endsWith(".json") ? "application/json" : "text/plain; charset=utf-8";
  }
}

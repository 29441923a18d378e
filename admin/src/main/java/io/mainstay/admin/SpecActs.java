package io.mainstay.admin;

import io.mainstay.model.state.Command;
import io.mainstay.ports.SpecReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** Applies a file, or says what applying it would do. */
final class SpecActs {
  private static final int LIMIT = 4 * 1024 * 1024;
  private final AdminPorts ports;
  private final Path baseDirectory;

  SpecActs(AdminPorts ports, Path baseDirectory) {
    this.ports = ports;
    this.baseDirectory = baseDirectory;
  }

  List<Route> routes() {
    return List.of(new Route("PUT", "/api/v1/spec", Route.Access.SPEC, this::put));
  }

  private Response put(Request request) throws IOException {
    request.allowQuery(List.of("base-dir", "dry-run", "file", "reason"));
    Path base = request.query("base-dir").map(SpecActs::directory).orElse(baseDirectory);
    boolean dryRun = request.flag("dry-run");
    String file = request.query("file").orElse("mainstay.yaml");
    return switch (ports.specs().read(text(request.body(LIMIT)), file, base)) {
      case SpecReader.Outcome.Invalid invalid ->
          throw new Problem(
                  422,
                  "invalid-spec",
                  "The file has errors",
                  invalid.problems().size() + " of them; nothing was changed")
              .with("errors", invalid.problems().stream().map(ModelJson::specProblem).toList());
      case SpecReader.Outcome.Valid valid when dryRun ->
          Response.json(ModelJson.plan(Acts.await(ports.control().plan(valid.deployment()))));
      case SpecReader.Outcome.Valid valid ->
          Acts.answer(
              Acts.await(
                  ports
                      .control()
                      .submit(
                          new Command.Apply(valid.deployment(), request.query("reason").orElse("")),
                          request.actor())),
              new Known(ports));
    };
  }

  private static Path directory(String text) {
    try {
      Path path = Path.of(text);
      if (path.isAbsolute()) {
        return path.normalize();
      }
    } catch (InvalidPathException e) {
      // Said below, as for a relative path.
    }
    throw Problem.badRequest("query: base-dir=" + text + " (expected: an absolute path)");
  }

  private static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw Problem.badRequest("body: not UTF-8 (expected: YAML in UTF-8)");
    }
  }
}

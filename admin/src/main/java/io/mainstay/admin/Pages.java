package io.mainstay.admin;

import static io.mainstay.admin.Reads.read;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** The console, the description of the API, and the metrics page. */
final class Pages {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  private final Metrics metrics;

  Pages(Metrics metrics) {
    this.metrics = metrics;
  }

  List<Route> routes() {
    return List.of(
        read("/", _ -> resource("console/index.html", "text/html; charset=utf-8")),
        read(
            "/console/console.js",
            _ -> resource("console/console.js", "text/javascript; charset=utf-8")),
        read(
            "/console/console.css",
            _ -> resource("console/console.css", "text/css; charset=utf-8")),
        read("/api/v1/openapi.json", _ -> resource("openapi.json", "application/json")),
        read("/metrics", metrics::page));
  }

  private static Response resource(String name, String mediaType) throws IOException {
    try (InputStream in = Pages.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("resource " + name + " is not in the jar");
      }
      Response.Whole page = new Response.Whole(200, mediaType, in.readAllBytes());
      page.header("Content-Security-Policy", POLICY);
      page.header("Referrer-Policy", "no-referrer");
      return page;
    }
  }
}

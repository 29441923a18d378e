package io.mainstay.cli;

import picocli.CommandLine.Option;

/** How to show what was read. */
final class OutputOption {
  /** The forms. */
  enum Form {
    text,
    json
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      description = "text (default) or json: what the API answered, unchanged.")
  private Form form = Form.text;

  boolean isJson() {
    return form == Form.json;
  }
}

package io.mainstay.cli;

import java.util.ArrayList;
import java.util.List;

/** Columns side by side, as wide as their widest cell; the last is cut to what is left. */
final class Table {
  private static final int GAP = 2;
  private static final int LEAST = 12;
  private final int width;
  private final boolean colour;
  private final List<List<String>> rows = new ArrayList<>();

  Table(Screen screen, String... header) {
    this.width = screen.width();
    this.colour = screen.colour();
    rows.add(List.of(header));
  }

  /** Adds a row with as many cells as the header has. */
  void row(String... cells) {
    rows.add(List.of(cells));
  }

  /** Its lines; states are coloured. */
  List<String> lines() {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    int used = 0;
    for (int i = 0; i < columns - 1; i++) {
      used += widths[i] + GAP;
    }
    widths[columns - 1] = Math.max(width - used, LEAST);
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String cell = i == columns - 1 ? Words.fit(row.get(i), widths[i]) : row.get(i);
        line.append(Colour.of(cell).paint(cell, colour));
        if (i < columns - 1) {
          line.append(" ".repeat(widths[i] + GAP - cell.length()));
        }
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }
}

package io.mainstay.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.logging.ErrorManager;
import java.util.logging.FileHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Where libraries and shells write for debugging: a bounded file in the data folder, never the
 * terminal, which belongs to the user. Facts for users are events.
 */
final class Logging {
  private static final int BYTES_A_FILE = 4 * 1024 * 1024;
  private static final int FILES = 3;

  private Logging() {}

  /**
   * Writes warnings and worse to {@code server.log} in {@code folder}; INFO with MAINSTAY_DEBUG.
   */
  static void toFile(Path folder) {
    LogManager.getLogManager().reset();
    Logger root = Logger.getLogger("");
    root.setLevel(System.getenv("MAINSTAY_DEBUG") == null ? Level.WARNING : Level.INFO);
    try {
      System.setProperty(
          "java.util.logging.SimpleFormatter.format", "%1$tFT%1$tT.%1$tL %4$s %3$s: %5$s%6$s%n");
      String pattern = folder.resolve("server.log").toString().replace("%", "%%");
      Handler handler = new FileHandler(pattern, BYTES_A_FILE, FILES, true);
      handler.setFormatter(new SimpleFormatter());
      handler.setLevel(Level.ALL);
      handler.setErrorManager(new Silent());
      root.addHandler(handler);
    } catch (IOException e) {
      // A full disk must not keep the server from starting: it runs without this log.
      root.setLevel(Level.OFF);
    }
  }

  /** A full disk is told by events; the JDK would print the exception on the terminal. */
  private static final class Silent extends ErrorManager {
    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // holds no state
    public void error(String message, Exception problem, int code) {
      // What was to be logged is lost.
    }
  }

  /** Commands print for themselves; libraries stay silent. */
  static void off() {
    LogManager.getLogManager().reset();
  }
}

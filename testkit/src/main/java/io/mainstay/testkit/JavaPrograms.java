package io.mainstay.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;

/** Small programs of Java that get into trouble, each compiled for its test. */
public final class JavaPrograms {
  /** Says {@code locked} once two of its threads wait for each other for ever. */
  public static final String DEADLOCK =
      """
      import java.util.concurrent.CountDownLatch;
      public class Deadlock {
        public static void main(String[] words) throws Exception {
          Object first = new Object();
          Object second = new Object();
          CountDownLatch both = new CountDownLatch(2);
          Thread one = new Thread(() -> take(first, second, both), "order-writer");
          Thread two = new Thread(() -> take(second, first, both), "stock-writer");
          one.start();
          two.start();
          while (one.getState() != Thread.State.BLOCKED || two.getState() != Thread.State.BLOCKED) {
            Thread.sleep(5);
          }
          System.out.println("locked");
          Thread.sleep(600_000);
        }
        static void take(Object mine, Object other, CountDownLatch both) {
          synchronized (mine) {
            both.countDown();
            try { both.await(); } catch (InterruptedException e) { return; }
            synchronized (other) { System.out.println("never"); }
          }
        }
      }
      """;

  /** Says {@code idle} and waits. */
  public static final String IDLE =
      """
      public class Idle {
        public static void main(String[] words) throws Exception {
          System.out.println("idle");
          Thread.sleep(600_000);
        }
      }
      """;

  /** Says {@code full} once its heap is as good as full, and goes on with what is left of it. */
  public static final String THRASH =
      """
      import java.util.ArrayList;
      public class Thrash {
        static volatile Object last;
        public static void main(String[] words) throws Exception {
          ArrayList<byte[]> kept = new ArrayList<>();
          try {
            while (true) { kept.add(new byte[4096]); }
          } catch (OutOfMemoryError e) {
            for (int i = 0; i < 60; i++) { kept.remove(kept.size() - 1); }
          }
          System.out.println("full");
          while (true) {
            try {
              for (int i = 0; i < 8; i++) { last = new byte[4096]; }
            } catch (OutOfMemoryError e) {
              kept.remove(kept.size() - 1);
            }
          }
        }
      }
      """;

  private JavaPrograms() {}

  /**
   * The command that runs the program, once it was compiled.
   *
   * @param folder for the program
   * @throws IOException if nothing can be written there
   */
  public static List<String> command(Path folder, String source, String... options)
      throws IOException {
    String name = source.replaceAll("(?s).*?public class (\\w+).*", "$1");
    Path file = Files.writeString(folder.resolve(name + ".java"), source);
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-d", folder.toString(), file.toString());
    if (code != 0) {
      throw new IllegalArgumentException("the program " + name + " does not compile");
    }
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-Xmx64m", "-XX:TieredStopAtLevel=1"));
    words.addAll(List.of(options));
    words.addAll(List.of("-cp", folder.toString(), name));
    return words;
  }
}

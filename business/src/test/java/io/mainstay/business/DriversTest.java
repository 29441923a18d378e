package io.mainstay.business;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriversTest {
  private static final String SOURCE =
      """
      package plugged;
      import java.sql.*;
      public class OwnDriver implements Driver {
        public Connection connect(String url, java.util.Properties p) { return null; }
        public boolean acceptsURL(String url) { return url.startsWith("jdbc:own:"); }
        public DriverPropertyInfo[] getPropertyInfo(String url, java.util.Properties p) {
          return new DriverPropertyInfo[0];
        }
        public int getMajorVersion() { return 1; }
        public int getMinorVersion() { return 0; }
        public boolean jdbcCompliant() { return false; }
        public java.util.logging.Logger getParentLogger() { return null; }
      }
      """;

  @TempDir Path folder;

  @Test
  void findsThoseShippedAndThoseOfJarsThatComeLater() throws Exception {
    Path plugins = folder.resolve("plugins");
    try (Drivers drivers = new Drivers(List.of(plugins))) {
      assertThat(drivers.driver("jdbc:postgresql://127.0.0.1/shop")).isPresent();
      assertThat(drivers.driver("jdbc:own:x")).isEmpty();
      Files.createDirectories(plugins);
      Files.writeString(plugins.resolve("broken.jar"), "no jar");
      assertThat(drivers.driver("jdbc:own:x")).isEmpty();
      jar(plugins.resolve("own.jar"));
      assertThat(drivers.driver("jdbc:own:x")).isPresent();
      assertThat(drivers.driver("jdbc:postgresql://127.0.0.1/shop")).isPresent();
    }
  }

  private void jar(Path jar) throws Exception {
    Path source = Files.createDirectories(folder.resolve("plugged")).resolve("OwnDriver.java");
    Files.writeString(source, SOURCE);
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-d", folder.resolve("out").toString(), source.toString());
    assertThat(code).isZero();
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file)) {
      out.putNextEntry(new JarEntry("plugged/OwnDriver.class"));
      out.write(Files.readAllBytes(folder.resolve("out/plugged/OwnDriver.class")));
      out.putNextEntry(new JarEntry("META-INF/services/java.sql.Driver"));
      out.write("plugged.OwnDriver\n".getBytes());
    }
  }
}

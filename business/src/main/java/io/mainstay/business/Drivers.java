package io.mainstay.business;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JDBC drivers that there are: those shipped, and those of jars in folders, which are looked at
 * again when one is added or changed. {@code DriverManager} is not asked, since it shows a driver
 * only to classes of the loader that loaded it. Any thread.
 */
final class Drivers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Drivers.class);

  private final List<Path> folders;
  private final List<URLClassLoader> loaders = new ArrayList<>();
  private List<String> seen = List.of();
  private List<Driver> known = List.of();
  private boolean looked;

  Drivers(List<Path> folders) {
    this.folders = folders;
  }

  /** The driver for that address; those in folders come first. */
  synchronized Optional<Driver> driver(String url) {
    look();
    for (Driver driver : known) {
      try {
        if (driver.acceptsURL(url)) {
          return Optional.of(driver);
        }
      } catch (SQLException | LinkageError e) {
        LOG.debug("the driver {} cannot tell whether it takes an address", driver.getClass(), e);
      }
    }
    return Optional.empty();
  }

  /** Lets the jars go. */
  @Override
  public synchronized void close() {
    for (URLClassLoader loader : loaders) {
      try {
        loader.close();
      } catch (IOException e) {
        LOG.debug("cannot close the jars of drivers", e);
      }
    }
    loaders.clear();
    known = List.of();
    seen = List.of();
    looked = false;
  }

  private void look() {
    List<Path> jars = new ArrayList<>();
    List<String> now = new ArrayList<>();
    for (Path folder : folders) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).sorted().toList()) {
          now.add(jar + " " + Files.size(jar) + " " + Files.getLastModifiedTime(jar));
          jars.add(jar);
        }
      } catch (IOException e) {
        LOG.debug("no drivers in {}", folder, e); // it need not exist
      }
    }
    if (looked && now.equals(seen)) {
      return;
    }
    looked = true;
    seen = now;
    List<Driver> drivers = new ArrayList<>();
    if (!jars.isEmpty()) {
      // Connections of the loader before may still be open; it is closed with all the others.
      URLClassLoader loader =
          new URLClassLoader(
              "drivers",
              jars.stream().map(Drivers::address).toArray(URL[]::new),
              Drivers.class.getClassLoader());
      loaders.add(loader);
      add(drivers, loader);
    }
    add(drivers, Drivers.class.getClassLoader());
    known = drivers;
  }

  private static void add(List<Driver> drivers, ClassLoader loader) {
    Iterator<Driver> found = ServiceLoader.load(Driver.class, loader).iterator();
    while (true) {
      try {
        if (!found.hasNext()) {
          return;
        }
        Driver driver = found.next();
        // A loader shows what its parent has too.
        if (drivers.stream().noneMatch(other -> other.getClass() == driver.getClass())) {
          drivers.add(driver);
        }
      } catch (ServiceConfigurationError | LinkageError e) {
        LOG.debug("a driver cannot be loaded", e);
      }
    }
  }

  private static URL address(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e); // files have addresses
    }
  }
}

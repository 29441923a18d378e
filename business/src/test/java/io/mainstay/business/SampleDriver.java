package io.mainstay.business;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;

/**
 * A driver as somebody's plugin: {@code jdbc:sample:hang} never answers until its connection is
 * aborted, {@code jdbc:sample:refuse…} repeats the address in its message, {@code jdbc:sample:null}
 * has no value, all others give what follows, a row for each part between commas.
 */
public final class SampleDriver implements Driver {
  static final AtomicInteger OPEN = new AtomicInteger();

  @Override
  public Connection connect(String url, Properties info) throws SQLException {
    String what = url.substring("jdbc:sample:".length());
    if (what.startsWith("refuse")) {
      throw new SQLException("cannot reach " + url + " with hunter2", "08001");
    }
    OPEN.incrementAndGet();
    CountDownLatch aborted = new CountDownLatch(1);
    return fake(
        Connection.class,
        (method, arguments) ->
            switch (method) {
              case "prepareStatement" -> statement(what, aborted);
              case "abort" -> {
                aborted.countDown();
                yield null;
              }
              case "setNetworkTimeout" -> throw new SQLException("not known here");
              case "close" -> {
                OPEN.decrementAndGet();
                yield null;
              }
              default -> null;
            });
  }

  private static PreparedStatement statement(String what, CountDownLatch aborted) {
    int[] row = {0};
    String[] parts = what.split(",");
    ResultSet rows =
        fake(
            ResultSet.class,
            (method, arguments) ->
                switch (method) {
                  case "next" -> row[0]++ < parts.length;
                  case "getString" -> what.equals("null") ? null : parts[row[0] - 1];
                  default -> null;
                });
    return fake(
        PreparedStatement.class,
        (method, arguments) ->
            switch (method) {
              case "execute" -> {
                if (what.equals("hang")) {
                  aborted.await();
                  throw new SQLException("aborted", "08006");
                }
                yield true;
              }
              case "getResultSet" -> rows;
              default -> null;
            });
  }

  private interface Calls {
    Object call(String method, Object[] arguments) throws Exception;
  }

  private static <T> T fake(Class<T> type, Calls calls) {
    return type.cast(
        Proxy.newProxyInstance(
            SampleDriver.class.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> calls.call(method.getName(), arguments)));
  }

  @Override
  public boolean acceptsURL(String url) {
    return url.startsWith("jdbc:sample:");
  }

  @Override
  public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
    return new DriverPropertyInfo[0];
  }

  @Override
  public int getMajorVersion() {
    return 1;
  }

  @Override
  public int getMinorVersion() {
    return 0;
  }

  @Override
  public boolean jdbcCompliant() {
    return false;
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getGlobal();
  }
}

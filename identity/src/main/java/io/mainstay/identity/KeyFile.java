package io.mainstay.identity;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Keys and certificates as PKCS#12, and files that only their owner may read. */
final class KeyFile {
  /** Libraries ask for one; what protects a file is its mode. */
  static final String PASSWORD = "mainstay";

  private static final String ALIAS = "mainstay";

  private KeyFile() {}

  static byte[] write(PrivateKey key, List<X509Certificate> chain) {
    return write(store ->
        store.setKeyEntry(
            ALIAS, key, PASSWORD.toCharArray(), chain.toArray(new Certificate[chain.size()])));
  }

  static byte[] write(X509Certificate trusted) {
    return write(store -> store.setCertificateEntry(ALIAS, trusted));
  }

  /** A key and its chain, own certificate first. */
  record Entry(PrivateKey key, List<X509Certificate> chain) {}

  /**
   * Reads what {@link #write(PrivateKey, List)} wrote.
   *
   * @throws IOException if it is damaged or holds something else
   */
  static Entry read(byte[] bytes) throws IOException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(bytes), PASSWORD.toCharArray());
      Key key = store.getKey(ALIAS, PASSWORD.toCharArray());
      Certificate[] chain = store.getCertificateChain(ALIAS);
      if (!(key instanceof PrivateKey privateKey) || chain == null) {
        throw new IOException("no key under \"" + ALIAS + "\"");
      }
      List<X509Certificate> certificates = new ArrayList<>();
      for (Certificate one : chain) {
        certificates.add((X509Certificate) one);
      }
      return new Entry(privateKey, certificates);
    } catch (GeneralSecurityException | ClassCastException e) {
      throw new IOException("unreadable key: " + e.getMessage(), e);
    }
  }

  /** Replaces the file in one step; mode 0600, its folder 0700 if it is made here. */
  static void store(Path file, byte[] content) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private interface Filling {
    void fill(KeyStore store) throws GeneralSecurityException;
  }

  private static byte[] write(Filling filling) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      filling.fill(store);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      store.store(bytes, PASSWORD.toCharArray());
      return bytes.toByteArray();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this Java cannot write PKCS#12: " + e.getMessage(), e);
    }
  }
}

package io.mainstay.identity;

import java.util.Optional;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.util.IPAddress;

/** Names and addresses as a certificate holds them. */
final class HostNames {
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,252})");

  private HostNames() {}

  /** Empty for what can be neither a host name nor an address, as a node's name may be. */
  static Optional<GeneralName> general(String text) {
    if (IPAddress.isValid(text)) {
      return Optional.of(new GeneralName(GeneralName.iPAddress, text));
    }
    return HOST.matcher(text).matches()
        ? Optional.of(new GeneralName(GeneralName.dNSName, text))
        : Optional.empty();
  }
}

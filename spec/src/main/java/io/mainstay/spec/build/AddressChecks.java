package io.mainstay.spec.build;

import io.mainstay.model.Address;
import io.mainstay.model.spec.PortPolicy;
import io.mainstay.spec.build.DeploymentBuilder.ListenerDraft;
import io.mainstay.spec.build.DeploymentBuilder.ServiceDraft;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Two that would listen on one address. */
final class AddressChecks {
  private AddressChecks() {}

  /** Who listens where, and which key says so. */
  private record Claim(Address address, Fields fields, String key) {}

  static void check(List<ServiceDraft> services, List<ListenerDraft> listeners) {
    List<Claim> claims = new ArrayList<>();
    for (ServiceDraft draft : services) {
      if (draft.spec().port() instanceof PortPolicy.Fixed fixed) {
        claims.add(new Claim(new Address("0.0.0.0", fixed.port()), draft.fields(), "port"));
      }
    }
    listeners.forEach(
        draft -> claims.add(new Claim(draft.spec().bind(), draft.fields(), draft.key())));
    Map<Integer, List<Claim>> byPort = new HashMap<>();
    for (Claim claim : claims) {
      List<Claim> before =
          byPort.computeIfAbsent(claim.address().port(), port -> new ArrayList<>());
      before.stream()
          .filter(other -> overlap(claim.address().host(), other.address().host()))
          .findFirst()
          .ifPresent(other ->
              claim
                  .fields()
                  .refuse(
                      claim.key(),
                      "an address of its own: "
                          + other.fields().below(other.key())
                          + " has "
                          + other.address()));
      before.add(claim);
    }
  }

  /** Whether binding both would clash; names other than localhost are compared as text. */
  static boolean overlap(String left, String right) {
    String a = plain(left);
    String b = plain(right);
    if (a.equals(b) || a.equals("::") || b.equals("::")) {
      return true;
    }
    return (a.equals("0.0.0.0") && b.indexOf(':') < 0)
        || (b.equals("0.0.0.0") && a.indexOf(':') < 0);
  }

  private static String plain(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return switch (lower) {
      case "localhost" -> "127.0.0.1";
      case "0:0:0:0:0:0:0:0" -> "::";
      case "0:0:0:0:0:0:0:1" -> "::1";
      default -> lower;
    };
  }
}

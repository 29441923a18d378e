package io.mainstay.server.cluster;

import io.mainstay.identity.ClusterAuthority;
import io.mainstay.identity.Issuance;
import io.mainstay.identity.NodeIdentity;
import io.mainstay.identity.NodeKey;
import io.mainstay.model.Address;
import io.mainstay.model.EventKind;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.NodeName;
import io.mainstay.model.state.NodeRecord;
import io.mainstay.ports.ClusterControl.JoinOutcome.Granted;
import io.mainstay.ports.Mailbox;
import io.mainstay.ports.Time;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the certificate of this node once two thirds of its life are over: with a new key, by this
 * server's own authority if it has one, else by any server that has. Connections stay; later ones
 * show the new certificate. A server that came to carry the coordination gets the authority's key
 * on the same way. One mailbox, which may wait for the disk.
 */
public final class CertificateKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateKeeper.class);
  private static final Duration LOOK = Duration.ofHours(1);

  /** While nobody else is known yet. */
  private static final Duration SOON = Duration.ofSeconds(10);

  private static final Duration TELL_AGAIN = Duration.ofDays(1);
  private static final Duration TELL_AGAIN_NEAR_THE_END = Duration.ofHours(1);

  /** Less left than this: whoever reads events shall not be able to miss it. */
  private static final Duration NEAR = Duration.ofDays(3);

  private final NodeName self;
  private final ClusterEntry entry;
  private final BooleanSupplier carries;
  private final KnownNodes nodes;
  private final LeaderAddress leader;
  private final Issuers issuers;
  private final News news;
  private final Mailbox mailbox;
  private final Time time;
  private boolean asking;
  private Optional<MonotonicTime> told = Optional.empty();

  /** Asks another server for a certificate. */
  public interface Issuers {
    /** Fails with the reason if it gives none. */
    CompletionStage<Granted> ask(Address server, String certificateRequest);
  }

  /** Hears what became of it. */
  public interface News {
    /** Something that users should know. */
    void tell(EventKind kind, String reason, SequencedMap<String, String> evidence);
  }

  /**
   * Does nothing before {@link #start}.
   *
   * @param carries whether this server carries the coordination, and so should have the key of the
   *     authority
   */
  public CertificateKeeper(
      NodeName self,
      ClusterEntry entry,
      BooleanSupplier carries,
      KnownNodes nodes,
      LeaderAddress leader,
      Issuers issuers,
      News news,
      Mailbox mailbox,
      Time time) {
    this.self = self;
    this.entry = entry;
    this.carries = carries;
    this.nodes = nodes;
    this.leader = leader;
    this.issuers = issuers;
    this.news = news;
    this.mailbox = mailbox;
    this.time = time;
  }

  /** Looks at once, and again and again. Once. */
  public void start() {
    mailbox.post(this::look);
  }

  private void look() {
    boolean waits = false;
    if (!asking && isDue()) {
      waits = !renew();
    }
    mailbox.after(waits ? SOON : LOOK, this::look);
  }

  private boolean isDue() {
    boolean lacksKey = entry.authority().current().isEmpty() && carries.getAsBoolean();
    return lacksKey || entry.tls().identity().renewalDue(time.wallClock());
  }

  /** Whether somebody could be asked. */
  private boolean renew() {
    NodeKey key = NodeKey.generate(self);
    Optional<ClusterAuthority> authority = entry.authority().current();
    if (authority.isPresent()) {
      renewByOwn(authority.get(), key);
      return true;
    }
    List<Address> servers = servers();
    if (servers.isEmpty()) {
      return false;
    }
    asking = true;
    ask(servers, key, new ArrayList<>());
    return true;
  }

  private void renewByOwn(ClusterAuthority authority, NodeKey key) {
    Issuance issuance = authority.issue(key.request(), self, entry.host(), time.wallClock());
    try {
      switch (issuance) {
        case Issuance.Issued(String certificate) ->
            use(key.accept(certificate, authority.certificatePem()), "this server's own authority");
        case Issuance.Refused(String reason) -> failed(reason);
      }
    } catch (IOException | IllegalArgumentException e) {
      failed(String.valueOf(e.getMessage()));
    }
  }

  /** The one that decides first: it carries the coordination, mostly, so it has the key. */
  private List<Address> servers() {
    LinkedHashSet<Address> servers = new LinkedHashSet<>();
    leader.other().ifPresent(servers::add);
    for (NodeRecord node : nodes.present()) {
      if (!node.name().equals(self)) {
        servers.add(node.api());
      }
    }
    return List.copyOf(servers);
  }

  private void ask(List<Address> servers, NodeKey key, List<String> refusals) {
    if (servers.isEmpty()) {
      asking = false;
      failed(String.join("; ", refusals));
      return;
    }
    Address server = servers.getFirst();
    var _ =
        issuers
            .ask(server, key.request())
            .whenComplete((granted, problem) ->
                mailbox.post(() -> {
                  String refusal =
                      problem == null
                          ? take(server, granted, key)
                          : String.valueOf(problem.getMessage());
                  if (refusal.isEmpty()) {
                    asking = false;
                  } else {
                    refusals.add(server + ": " + refusal);
                    ask(servers.subList(1, servers.size()), key, refusals);
                  }
                }));
  }

  /** Answers why what was granted cannot be used; empty: it is used. */
  private String take(Address server, Granted granted, NodeKey key) {
    try {
      use(
          key.accept(granted.certificate(), granted.certificateAuthority()),
          "the server at " + server);
      if (granted.authorityKey().isPresent() && entry.authority().current().isEmpty()) {
        entry.authority().accept(granted.authorityKey().get());
      }
      return "";
    } catch (IOException | IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private void use(NodeIdentity renewed, String by) throws IOException {
    entry.use(renewed);
    told = Optional.empty();
    SequencedMap<String, String> evidence = evidence();
    evidence.put("issued-by", by);
    news.tell(
        EventKind.NODE_CERTIFICATE_RENEWED,
        "the certificate of " + self + " is good until " + end() + ", connections go on",
        evidence);
  }

  private void failed(String reason) {
    LOG.debug("the certificate was not renewed: {}", reason);
    if (!entry.tls().identity().renewalDue(time.wallClock())) {
      return;
    }
    Duration left = Duration.between(time.wallClock(), end());
    Duration again = left.compareTo(NEAR) < 0 ? TELL_AGAIN_NEAR_THE_END : TELL_AGAIN;
    if (told.filter(at -> time.now().since(at).compareTo(again) < 0).isPresent()) {
      return;
    }
    told = Optional.of(time.now());
    SequencedMap<String, String> evidence = evidence();
    evidence.put("hours-left", Long.toString(Math.max(0, left.toHours())));
    news.tell(EventKind.NODE_CERTIFICATE_FAILED, warning(left) + ": " + reason, evidence);
  }

  private String warning(Duration left) {
    if (!left.isPositive()) {
      return "the certificate of "
          + self
          + " ENDED at "
          + end()
          + "; the other servers refuse this one until it joins again with a token";
    }
    String plain = "the certificate of " + self + " could not be renewed, it ends at " + end();
    return left.compareTo(NEAR) < 0
        ? plain + ": IN " + left.toHours() + " HOURS this node falls out of the cluster"
        : plain + "; tried again every hour";
  }

  private Instant end() {
    return entry.tls().identity().certificate().getNotAfter().toInstant();
  }

  private SequencedMap<String, String> evidence() {
    LinkedHashMap<String, String> evidence = new LinkedHashMap<>();
    evidence.put("node", self.value());
    evidence.put("good-until", end().toString());
    return evidence;
  }
}

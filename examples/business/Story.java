import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Breaks payments while all checks stay green, and tells what Mainstay did and what customers lost:
 * {@code java Story.java one|all [--admin 127.0.0.1:7070] [--shop http://127.0.0.1:8090]}. With
 * "one" a single instance loses payments, with "all" each does, and they work again once their
 * requests were sent elsewhere. Ends with 1 if nothing came of it within a minute. Runs on Java 17
 * and newer.
 */
public final class Story {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int ORDERS_A_SECOND = 10;
  private static final Set<String> TOLD =
      Set.of(
          "transaction-failed",
          "transaction-passed",
          "blamed",
          "instance-isolated",
          "diverted",
          "restored",
          "remedy-refused",
          "operator-needed");
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  private final String api;
  private final String shop;
  private final AtomicInteger good = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final List<Instant> lost = new ArrayList<>();

  /** What was told so far; pinned runs since the last line, by whom they were pinned to. */
  private final List<String> kinds = new ArrayList<>();

  private final Map<String, int[]> trials = new TreeMap<>();
  private final Set<String> seenRuns = new TreeSet<>();
  private String cursor;
  private Instant broken;

  private Story(String admin, String shop) {
    this.api = "http://" + admin + "/api/v1";
    this.shop = shop;
  }

  public static void main(String[] arguments) throws Exception {
    boolean all = arguments.length > 0 && arguments[0].equals("all");
    Story story =
        new Story(
            option(arguments, "--admin", "127.0.0.1:7070"),
            option(arguments, "--shop", "http://127.0.0.1:8090"));
    System.exit(story.tell(all) ? 0 : 1);
  }

  private boolean tell(boolean all) throws Exception {
    Map<String, String> addresses = payments();
    List<String> victims =
        all
            ? List.copyOf(addresses.keySet())
            : List.of(addresses.keySet().stream().skip(1).findFirst().orElseThrow());
    skipThePast();
    ScheduledExecutorService customers = Executors.newScheduledThreadPool(8);
    for (int i = 0; i < 8; i++) {
      customers.scheduleAtFixedRate(
          this::buy, i * 1000L / ORDERS_A_SECOND, 8000 / ORDERS_A_SECOND, TimeUnit.MILLISECONDS);
    }
    TimeUnit.SECONDS.sleep(1);
    broken = Instant.now();
    turn(addresses, victims, "lost");
    line(
        broken,
        "broken",
        victims + " answer \"paid\" and book nothing; /healthz: " + healthz(addresses));
    boolean ended = await(all ? "diverted" : "instance-isolated");
    watch(Duration.ofSeconds(4));
    if (ended) {
      Instant healed = Instant.now();
      turn(addresses, victims, "works");
      line(healed, "healed", victims + " book again; /healthz was: " + healthz(addresses));
      ended = !all || await("restored");
      watch(Duration.ofSeconds(2));
    }
    customers.shutdown();
    customers.awaitTermination(10, TimeUnit.SECONDS);
    sum();
    if (!all && ended) {
      System.out.println(
          "It is out until it proved itself, or: ./mainstay release " + victims.get(0));
    }
    return ended;
  }

  /** Buys one thing, and looks afterwards whether it is paid, as an accountant would. */
  private void buy() {
    try {
      Instant when = Instant.now();
      HttpResponse<String> answer =
          send(
              HttpRequest.newBuilder(URI.create(shop + "/orders"))
                  .POST(HttpRequest.BodyPublishers.noBody()));
      if (answer.statusCode() != 201) {
        refused.incrementAndGet();
        return;
      }
      String state = field(get(shop + "/orders/" + field(answer.body(), "id")), "state");
      if (state.startsWith("paid")) {
        good.incrementAndGet();
      } else {
        synchronized (lost) {
          lost.add(when);
        }
      }
    } catch (Exception e) {
      refused.incrementAndGet();
    }
  }

  private void sum() {
    synchronized (lost) {
      String last =
          lost.isEmpty()
              ? ""
              : ", the last one ordered "
                  + since(lost.stream().max(Instant::compareTo).orElseThrow())
                  + " s after the break";
      System.out.println(
          "Customers: "
              + good
              + " orders paid, "
              + refused
              + " refused, "
              + lost.size()
              + " confirmed but never paid"
              + last
              + ".");
    }
  }

  /** Prints what happens until there is an event of the kind; false: not in time. */
  private boolean await(String kind) throws Exception {
    kinds.clear();
    Instant end = Instant.now().plus(PATIENCE);
    while (!kinds.contains(kind)) {
      if (Instant.now().isAfter(end)) {
        System.out.println("No " + kind + " within " + PATIENCE.toSeconds() + " s.");
        return false;
      }
      look();
    }
    return true;
  }

  private void watch(Duration time) throws Exception {
    Instant end = Instant.now().plus(time);
    while (Instant.now().isBefore(end)) {
      look();
    }
    tellTrials();
  }

  private void look() throws Exception {
    TimeUnit.MILLISECONDS.sleep(200);
    collectTrials();
    for (String event : events()) {
      String kind = field(event, "kind");
      if (TOLD.contains(kind)) {
        tellTrials();
        kinds.add(kind);
        String who = field(event, "instance");
        line(
            Instant.parse(field(event, "time")),
            kind,
            (who.isEmpty() ? field(event, "service") : who) + ": " + field(event, "reason"));
      }
    }
  }

  /** The pinned runs of the transaction: the whole of it again, with one thing changed. */
  private void collectTrials() throws Exception {
    String[] runs = get(api + "/services/orders/transactions").split("\"time\"");
    for (int i = 1; i < runs.length; i++) {
      String run = "\"time\"" + runs[i];
      Matcher pins = Pattern.compile("\"pins\"\\s*:\\s*\\[\\s*\"([^\\]]*)\"\\s*]").matcher(run);
      String time = field(run, "time");
      if (seenRuns.add(time) && pins.find() && Instant.parse(time).isAfter(broken)) {
        int passed = field(run, "outcome").equals("passed") ? 1 : 0;
        int[] counts =
            trials.computeIfAbsent(pins.group(1).replace("\",\"", " + "), pin -> new int[2]);
        counts[1 - passed]++;
      }
    }
  }

  private void tellTrials() {
    if (!trials.isEmpty()) {
      List<String> words = new ArrayList<>();
      trials.forEach(
          (pin, counts) -> words.add(pin + " passed " + counts[0] + " failed " + counts[1]));
      System.out.printf("%8s  %-18s  %s%n", "", "trials", String.join("; ", words));
      trials.clear();
    }
  }

  private void line(Instant time, String what, String text) {
    System.out.printf("%6s s  %-18s  %s%n", since(time), what, text);
  }

  private String since(Instant time) {
    return String.format("%.1f", Duration.between(broken, time).toMillis() / 1000.0);
  }

  /** The instances of payments and where they listen. */
  private Map<String, String> payments() throws Exception {
    Map<String, String> addresses = new TreeMap<>();
    Matcher one =
        Pattern.compile(
                "\"id\"\\s*:\\s*\"(payments-\\d+)\".*?\"address\"\\s*:\\s*\"([^\"]+)\"",
                Pattern.DOTALL)
            .matcher(get(api + "/services/payments"));
    while (one.find()) {
      addresses.put(one.group(1), "http://" + one.group(2));
    }
    return addresses;
  }

  private static void turn(Map<String, String> addresses, List<String> whom, String how)
      throws Exception {
    for (String one : whom) {
      send(
          HttpRequest.newBuilder(URI.create(addresses.get(one) + "/switch/" + how))
              .POST(HttpRequest.BodyPublishers.noBody()));
    }
  }

  private static Set<Integer> healthz(Map<String, String> addresses) throws Exception {
    Set<Integer> answers = new TreeSet<>();
    for (String address : addresses.values()) {
      answers.add(send(HttpRequest.newBuilder(URI.create(address + "/healthz"))).statusCode());
    }
    return answers;
  }

  private void skipThePast() throws Exception {
    cursor = "";
    while (!events().isEmpty()) {
      // Reads on to the end.
    }
  }

  private List<String> events() throws Exception {
    String page = get(api + "/events?limit=1000" + (cursor.isEmpty() ? "" : "&after=" + cursor));
    String[] parts = page.split("\"cursor\"");
    if (parts.length > 1) {
      cursor = field("\"cursor\"" + parts[parts.length - 1], "cursor");
    }
    return List.of(parts).subList(1, parts.length);
  }

  private static String get(String address) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(address))).body();
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return CLIENT.send(
        request.timeout(Duration.ofSeconds(10)).build(), HttpResponse.BodyHandlers.ofString());
  }

  /** The first string of that name in a piece of JSON; empty: there is none. */
  private static String field(String json, String name) {
    Matcher field =
        Pattern.compile("\"" + name + "\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(json);
    return field.find() ? field.group(1).replace("\\\"", "\"") : "";
  }

  private static String option(String[] arguments, String name, String fallback) {
    for (int i = 0; i + 1 < arguments.length; i++) {
      if (arguments[i].equals(name)) {
        return arguments[i + 1];
      }
    }
    return fallback;
  }
}

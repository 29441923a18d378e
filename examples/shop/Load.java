import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A bounded burst of load: {@code java Load.java URL CLIENTS SECONDS}. Each client asks again as
 * soon as it has its answer. Prints how many answers of each kind came. Runs on Java 17 and newer.
 */
public final class Load {
  private static final Map<String, Integer> ANSWERS = new TreeMap<>();

  public static void main(String[] arguments) throws InterruptedException {
    URI target = URI.create(arguments.length > 0 ? arguments[0] : "http://127.0.0.1:8080/report");
    int clients = Math.min(200, arguments.length > 1 ? Integer.parseInt(arguments[1]) : 24);
    int seconds = Math.min(300, arguments.length > 2 ? Integer.parseInt(arguments[2]) : 20);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    CountDownLatch done = new CountDownLatch(clients);
    for (int i = 0; i < clients; i++) {
      Thread client = new Thread(() -> ask(target, end, done), "client-" + i);
      client.setDaemon(true);
      client.start();
    }
    done.await();
    System.out.println(target + " for " + seconds + " s by " + clients + " clients: " + ANSWERS);
  }

  private static void ask(URI target, long end, CountDownLatch done) {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    HttpRequest request = HttpRequest.newBuilder(target).GET().build();
    while (System.nanoTime() < end) {
      String answer;
      try {
        answer = "" + client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
      } catch (InterruptedException e) {
        break;
      } catch (Exception e) {
        answer = e.toString();
      }
      synchronized (ANSWERS) {
        ANSWERS.merge(answer, 1, Integer::sum);
      }
    }
    done.countDown();
  }
}

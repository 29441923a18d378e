package io.mainstay.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Writes the configurations of the proxies that are compared, each for three backends. */
final class ProxyConfigs {
  private final Path folder;
  private final List<Integer> backendPorts;
  private final Map<String, Integer> ports = new LinkedHashMap<>();

  ProxyConfigs(Path folder) {
    this.folder = folder;
    int first = Machine.port(9001);
    int second = Machine.port(first + 1);
    this.backendPorts = List.of(first, second, Machine.port(second + 1));
    int port = 8100;
    for (String name : List.of("haproxy", "nginx", "mainstay-io_uring", "mainstay-epoll")) {
      port = Machine.port(port + 1);
      ports.put(name, port);
    }
  }

  List<Integer> backendPorts() {
    return backendPorts;
  }

  int port(String name) {
    return Objects.requireNonNull(ports.get(name), name);
  }

  private List<String> nginx(String name, String config) throws IOException {
    Path file = folder.resolve(name + ".conf");
    Files.writeString(file, config);
    return List.of(
        Machine.program("nginx"), "-p", folder.toString(), "-e", "stderr", "-c", file.toString());
  }

  List<String> backends() throws IOException {
    StringBuilder servers = new StringBuilder();
    String small = "x".repeat(100);
    String big = "x".repeat(1024);
    for (int port : backendPorts) {
      servers.append(
          """
              server {
                listen 127.0.0.1:%d backlog=4096;
                location / { return 200 "%s"; }
                location /1k { return 200 "%s"; }
              }
          """
              .formatted(port, small, big));
    }
    return nginx(
        "backends",
        """
        worker_processes 2;
        daemon off;
        pid %s/backends.pid;
        events { worker_connections 4000; }
        http {
          access_log off;
          keepalive_requests 100000000;
          client_body_temp_path %s/tmp;
        %s}
        """
            .formatted(folder, folder, servers));
  }

  List<String> nginx() throws IOException {
    return nginx(
        "nginx",
        """
        worker_processes 1;
        daemon off;
        pid %s/nginx.pid;
        events { worker_connections 4000; }
        http {
          access_log off;
          keepalive_requests 100000000;
          client_body_temp_path %s/tmp;
          upstream b {
            least_conn;
            server 127.0.0.1:%d; server 127.0.0.1:%d; server 127.0.0.1:%d;
            keepalive 256;
            keepalive_requests 100000000;
          }
          server {
            listen 127.0.0.1:%d backlog=4096;
            location / {
              proxy_pass http://b;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_set_header Host $http_host;
              proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            }
          }
        }
        """
            .formatted(
                folder,
                folder,
                backendPorts.get(0),
                backendPorts.get(1),
                backendPorts.get(2),
                port("nginx")));
  }

  List<String> haproxy() throws IOException {
    Path file = folder.resolve("haproxy.cfg");
    Files.writeString(
        file,
        """
        global
          nbthread 1
          maxconn 4000
        defaults
          mode http
          timeout client 600s
          timeout server 600s
          timeout connect 5s
          option forwardfor
          retries 2
        frontend f
          bind 127.0.0.1:%d backlog 4096
          default_backend b
        backend b
          balance leastconn
          http-reuse always
          server s1 127.0.0.1:%d
          server s2 127.0.0.1:%d
          server s3 127.0.0.1:%d
        """
            .formatted(
                port("haproxy"), backendPorts.get(0), backendPorts.get(1), backendPorts.get(2)));
    return List.of(Machine.program("haproxy"), "-db", "-f", file.toString());
  }

  /**
   * The gateway on one loop of a given transport. All features at their defaults; the first route
   * does not match, so routing is at work.
   */
  List<String> mainstay(String name, String transport) throws IOException {
    String yaml =
        """
        services:
          b:
            upstreams: ["127.0.0.1:%d", "127.0.0.1:%d", "127.0.0.1:%d"]
            health: /
        listeners:
          public:
            bind: 127.0.0.1:%d
            routes:
              - {host: shop.example.com, path: /api/*, service: b}
              - {service: b}
        """
            .formatted(backendPorts.get(0), backendPorts.get(1), backendPorts.get(2), port(name));
    Files.writeString(folder.resolve("mainstay.yaml"), yaml);
    Path own = folder.resolve(name + ".yaml");
    Files.writeString(own, yaml);
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:+UseCompactObjectHeaders",
        "-XX:-UsePerfData",
        "-Xms24m",
        "-Xmx192m",
        "-Dio.netty.leakDetection.level=disabled",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        GatewayAlone.class.getName(),
        own.toString(),
        transport,
        "1");
  }
}

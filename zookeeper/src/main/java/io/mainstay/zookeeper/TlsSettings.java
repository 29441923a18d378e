package io.mainstay.zookeeper;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.zookeeper.client.ZKClientConfig;

/** Mutual TLS 1.3 with the names in certificates checked, for servers and clients. */
final class TlsSettings {
  private static final String NETTY = "org.apache.zookeeper.server.NettyServerCnxnFactory";
  private static final String FACTORY = "zookeeper.serverCnxnFactory";

  private TlsSettings() {}

  /** For the server of this process, which reads them from system properties only. */
  static void applyProcessWide(PeerTls tls) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String prefix : new String[] {"zookeeper.ssl.", "zookeeper.ssl.quorum."}) {
      common(prefix, tls, settings);
      settings.put(prefix + "clientAuth", "need");
      // Whoever connects comes from whatever address; its certificate says who it is.
      settings.put(prefix + "clientHostnameVerification", "false");
    }
    settings.put("zookeeper.X509AuthenticationProvider.superUser", tls.principal());
    settings.put("zookeeper.client.certReload", "false");
    settings.forEach(System::setProperty);
    System.setProperty(FACTORY, NETTY);
  }

  /** Before a server without TLS is made in the same process, as tests do. */
  static void forgetFactory() {
    System.clearProperty(FACTORY);
  }

  /** For a client. */
  static ZKClientConfig client(PeerTls tls) {
    Map<String, String> settings = new LinkedHashMap<>();
    common("zookeeper.ssl.", tls, settings);
    settings.put(ZKClientConfig.SECURE_CLIENT, "true");
    settings.put(
        ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, "org.apache.zookeeper.ClientCnxnSocketNetty");
    settings.put(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
    ZKClientConfig config = new ZKClientConfig();
    settings.forEach(config::setProperty);
    return config;
  }

  private static void common(String prefix, PeerTls tls, Map<String, String> settings) {
    settings.put(prefix + "keyStore.location", tls.keyFile().toString());
    settings.put(prefix + "keyStore.password", tls.password());
    settings.put(prefix + "keyStore.type", "PKCS12");
    settings.put(prefix + "trustStore.location", tls.trustFile().toString());
    settings.put(prefix + "trustStore.password", tls.password());
    settings.put(prefix + "trustStore.type", "PKCS12");
    settings.put(prefix + "protocol", "TLSv1.3");
    settings.put(prefix + "enabledProtocols", "TLSv1.3");
    settings.put(prefix + "hostnameVerification", "true");
  }
}

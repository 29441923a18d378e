package io.mainstay.admin;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * TLS 1.3 in which a client may show a certificate: servers of the cluster do, operators and
 * machines that want to join have none. One that the cluster's authority did not sign ends the
 * handshake.
 */
final class MutualTls extends HttpsConfigurator {
  MutualTls(SSLContext context) {
    super(context);
  }

  @Override
  public void configure(HttpsParameters connection) {
    SSLParameters parameters = getSSLContext().getDefaultSSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3"});
    parameters.setWantClientAuth(true);
    connection.setSSLParameters(parameters);
  }
}

package io.mainstay.admin;

import io.mainstay.model.Address;
import io.mainstay.ports.ClusterControl;
import io.mainstay.ports.ModelCodec;
import javax.net.ssl.SSLContext;

/**
 * How the API is reached from other machines: by TLS with this node's certificate. Whoever shows a
 * certificate of the same cluster is that node; everybody else needs the token, for reads too.
 *
 * @param bind where other machines reach it
 * @param tls with the node's key, trusting only the cluster's authority
 * @param control what other servers may ask
 * @param codec of what servers send each other
 */
public record ClusterAccess(
    Address bind, SSLContext tls, ClusterControl control, ModelCodec codec) {}

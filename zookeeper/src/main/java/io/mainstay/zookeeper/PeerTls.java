package io.mainstay.zookeeper;

import java.nio.file.Path;

/**
 * The files by which servers and clients of one cluster prove who they are: PKCS#12. They are read
 * anew for new connections, so that a renewed certificate needs no restart.
 *
 * @param keyFile the node's key and chain
 * @param trustFile the cluster's authority
 * @param password of both
 * @param principal the node's own name in its certificate, as RFC 2253 writes it: CN=NODE
 */
public record PeerTls(Path keyFile, Path trustFile, String password, String principal) {}

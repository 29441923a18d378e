package io.mainstay.business;

import io.mainstay.model.ServiceName;
import java.net.InetSocketAddress;
import java.util.SequencedMap;

/**
 * Where and how a request goes in.
 *
 * @param shown how reasons name it
 * @param address whom to connect to
 * @param own whether it is a listener of ours: then the request is marked
 * @param tls whether TLS is spoken; of a listener of ours every certificate is good
 * @param host the {@code Host} header
 * @param headers that its route asks for
 * @param service who answers there
 */
record Entrance(
    String shown,
    InetSocketAddress address,
    boolean own,
    boolean tls,
    String host,
    SequencedMap<String, String> headers,
    ServiceName service) {}

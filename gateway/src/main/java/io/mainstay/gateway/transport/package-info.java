/** Which system calls move the bytes: io_uring, epoll or NIO. */
@NullMarked
package io.mainstay.gateway.transport;

import org.jspecify.annotations.NullMarked;

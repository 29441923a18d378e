/** Instances as the gateway knows them, and who of them takes traffic now. */
@NullMarked
package io.mainstay.gateway.endpoint;

import org.jspecify.annotations.NullMarked;

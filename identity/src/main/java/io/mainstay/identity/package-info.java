/** Who belongs to a cluster: its certificate authority, nodes' certificates, and join tokens. */
@NullMarked
package io.mainstay.identity;

import org.jspecify.annotations.NullMarked;

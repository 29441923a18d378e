/** What the gateways of all nodes say, brought together. */
@NullMarked
package io.mainstay.decisions.signals;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.mainstay.probes;

import org.jspecify.annotations.NullMarked;

/** Control groups, version 1, version 2, and both at once: what holds a run together. */
@NullMarked
package io.mainstay.linux.cgroups;

import org.jspecify.annotations.NullMarked;

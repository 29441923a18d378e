/** The system calls that Java has no name for, by the foreign function interface. */
@NullMarked
package io.mainstay.linux.calls;

import org.jspecify.annotations.NullMarked;

/** What instances wrote: files that they append to themselves, rotated under them. */
@NullMarked
package io.mainstay.linux.logs;

import org.jspecify.annotations.NullMarked;

/** What users see, derived from what is wanted, observed and signalled. */
@NullMarked
package io.mainstay.decisions.status;

import org.jspecify.annotations.NullMarked;

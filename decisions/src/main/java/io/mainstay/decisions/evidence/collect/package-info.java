/** Fills the ledger from what is seen of the fleet and of its business. */
@NullMarked
package io.mainstay.decisions.evidence.collect;

import org.jspecify.annotations.NullMarked;

/**
 * Whether the business works, who is to blame if not, and what is done about it. Decision record
 * 100.
 */
@NullMarked
package io.mainstay.decisions.business;

import org.jspecify.annotations.NullMarked;

/** Runs business transactions: what a user would do, step after step. */
@NullMarked
package io.mainstay.business;

import org.jspecify.annotations.NullMarked;

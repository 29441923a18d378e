/** The governor: the one budget from which everything that takes an instance out draws. */
@NullMarked
package io.mainstay.decisions.remedy;

import org.jspecify.annotations.NullMarked;

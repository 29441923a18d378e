/** What is run anew with an instance that failed. Decision record 103. */
@NullMarked
package io.mainstay.decisions.groups;

import org.jspecify.annotations.NullMarked;

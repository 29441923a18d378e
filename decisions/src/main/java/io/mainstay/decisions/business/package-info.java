/** Whether services do their work, and what is done if they do not: so far, who answers instead. */
@NullMarked
package io.mainstay.decisions.business;

import org.jspecify.annotations.NullMarked;

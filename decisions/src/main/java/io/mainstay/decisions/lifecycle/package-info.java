/** The life of one instance as a pure state machine: from assigned to gone. */
@NullMarked
package io.mainstay.decisions.lifecycle;

import org.jspecify.annotations.NullMarked;

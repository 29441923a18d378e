/** Which of the instances in the traffic gets the next request. */
@NullMarked
package io.mainstay.decisions.balancing;

import org.jspecify.annotations.NullMarked;

/** What everything speaks of: names, times, addresses, events. Values only. */
@NullMarked
package io.mainstay.model;

import org.jspecify.annotations.NullMarked;

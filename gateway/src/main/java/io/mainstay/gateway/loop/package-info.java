/** What each event loop owns: scratch space, clocks, deadlines, counters. */
@NullMarked
package io.mainstay.gateway.loop;

import org.jspecify.annotations.NullMarked;

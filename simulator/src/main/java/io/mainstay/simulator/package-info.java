@NullMarked
package io.mainstay.simulator;

import org.jspecify.annotations.NullMarked;

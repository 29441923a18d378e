@NullMarked
package io.mainstay.decisions;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.mainstay.linux;

import org.jspecify.annotations.NullMarked;

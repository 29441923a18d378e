@NullMarked
package io.mainstay.spec;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.mainstay.ports;

import org.jspecify.annotations.NullMarked;

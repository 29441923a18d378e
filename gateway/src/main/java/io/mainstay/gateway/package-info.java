@NullMarked
package io.mainstay.gateway;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.mainstay.server;

import org.jspecify.annotations.NullMarked;

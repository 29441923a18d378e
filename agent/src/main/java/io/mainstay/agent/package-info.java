@NullMarked
package io.mainstay.agent;

import org.jspecify.annotations.NullMarked;

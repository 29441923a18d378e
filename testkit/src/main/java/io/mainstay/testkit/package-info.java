@NullMarked
package io.mainstay.testkit;

import org.jspecify.annotations.NullMarked;

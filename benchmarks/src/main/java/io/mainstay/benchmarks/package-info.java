@NullMarked
package io.mainstay.benchmarks;

import org.jspecify.annotations.NullMarked;

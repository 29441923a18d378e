/** The text of a file as a tree of values that know their places. */
@NullMarked
package io.mainstay.spec.yaml;

import org.jspecify.annotations.NullMarked;

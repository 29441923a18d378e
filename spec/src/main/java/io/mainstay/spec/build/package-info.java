/** From a file of sound structure to the model: defaults, shorthands, contradictions, names. */
@NullMarked
package io.mainstay.spec.build;

import org.jspecify.annotations.NullMarked;

/** The file {@code mainstay.yaml} and the JSON of the model, for the rest of the house. */
@NullMarked
package io.mainstay.spec;

import org.jspecify.annotations.NullMarked;

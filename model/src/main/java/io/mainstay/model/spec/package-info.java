/** Desired state: what the file mainstay.yaml asks for, with every default filled in. */
@NullMarked
package io.mainstay.model.spec;

import org.jspecify.annotations.NullMarked;

/** The one table of keys, and what is made of it: the check of a file's structure, the schema. */
@NullMarked
package io.mainstay.spec.grammar;

import org.jspecify.annotations.NullMarked;

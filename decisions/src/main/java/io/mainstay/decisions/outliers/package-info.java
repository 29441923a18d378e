/** Which instances real traffic shows to be broken. */
@NullMarked
package io.mainstay.decisions.outliers;

import org.jspecify.annotations.NullMarked;

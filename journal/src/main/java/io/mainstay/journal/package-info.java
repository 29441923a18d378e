/** What a server keeps on its disk: the data folder, its events, what its agent wrote down. */
@NullMarked
package io.mainstay.journal;

import org.jspecify.annotations.NullMarked;

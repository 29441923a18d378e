/** How many nodes a pool has: more when instances fit nowhere, fewer when they are not needed. */
@NullMarked
package io.mainstay.decisions.pools;

import org.jspecify.annotations.NullMarked;

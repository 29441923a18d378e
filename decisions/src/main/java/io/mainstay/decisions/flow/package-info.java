/** Whether what must follow in real traffic does follow. Decision record 104. */
@NullMarked
package io.mainstay.decisions.flow;

import org.jspecify.annotations.NullMarked;

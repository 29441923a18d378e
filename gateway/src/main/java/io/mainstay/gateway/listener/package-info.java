/** Addresses that accept traffic: opening, changing and closing them. */
@NullMarked
package io.mainstay.gateway.listener;

import org.jspecify.annotations.NullMarked;

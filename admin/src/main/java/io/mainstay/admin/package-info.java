@NullMarked
package io.mainstay.admin;

import org.jspecify.annotations.NullMarked;

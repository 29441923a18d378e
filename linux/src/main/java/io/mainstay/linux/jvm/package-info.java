/**
 * Looks into JVMs among the processes of instances, without anything that they would have to do.
 */
@NullMarked
package io.mainstay.linux.jvm;

import org.jspecify.annotations.NullMarked;

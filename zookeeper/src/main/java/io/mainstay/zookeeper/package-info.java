@NullMarked
package io.mainstay.zookeeper;

import org.jspecify.annotations.NullMarked;

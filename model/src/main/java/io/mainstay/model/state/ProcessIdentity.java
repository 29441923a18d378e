package io.mainstay.model.state;

/**
 * Names one process for good: pids are used again, these together are not.
 *
 * @param pid process id, also the id of its group and session
 * @param startTicks field 22 of {@code /proc/PID/stat}, clock ticks since boot
 * @param bootId of the kernel
 * @param nonce random, also in the process's environment as {@code MAINSTAY_NONCE}
 */
public record ProcessIdentity(long pid, long startTicks, String bootId, String nonce) {}

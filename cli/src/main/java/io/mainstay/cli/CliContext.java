package io.mainstay.cli;

import java.util.SequencedMap;

/**
 * What every command is made with.
 *
 * @param screen where it writes
 * @param environment the process's, sorted
 * @param parts what comes from other rooms
 */
record CliContext(Screen screen, SequencedMap<String, String> environment, CliParts parts) {}

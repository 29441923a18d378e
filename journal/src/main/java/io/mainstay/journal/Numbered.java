package io.mainstay.journal;

import io.mainstay.model.Event;

/**
 * An event with its place in the journal.
 *
 * @param sequence the number that its cursor stands for
 */
record Numbered(long sequence, Event event) {}

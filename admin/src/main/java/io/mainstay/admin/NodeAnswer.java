package io.mainstay.admin;

import io.mainstay.model.state.CommandResult;

/**
 * What became of a {@link NodeCommand}.
 *
 * @param result as the server that decides gave it
 */
public record NodeAnswer(CommandResult result) {}

package io.mainstay.admin;

import io.mainstay.model.Actor;
import io.mainstay.model.state.Command;

/**
 * A command that one server hands to another, since that one decides.
 *
 * @param command what is to be done
 * @param actor who asked for it
 */
public record NodeCommand(Command command, Actor actor) {}

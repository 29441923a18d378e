package io.mainstay.decisions.placement;

/**
 * Instances that are wanted and fit on no node.
 *
 * @param request one of them
 * @param count how many alike
 * @param why what keeps them from each node
 */
public record Unplaced(Request request, int count, Choice.Nowhere why) {}

package io.mainstay.admin;

import io.mainstay.model.ServiceName;

/**
 * A node asks another one to thaw a warm standby.
 *
 * @param reason one sentence
 */
public record NodeThaw(ServiceName service, String reason) {}

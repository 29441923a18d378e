package io.mainstay.model.state;

import io.mainstay.model.spec.ServiceSpec;

/**
 * One version of a service's spec.
 *
 * @param revision from 1, grows with each apply that changes what its instances are made of
 * @param spec the spec
 */
public record ServiceRevision(int revision, ServiceSpec spec) {}

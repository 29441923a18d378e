package io.mainstay.probes;

import io.mainstay.ports.Databases;
import io.mainstay.ports.FileSystems;
import io.mainstay.ports.InstanceOutput;
import io.mainstay.ports.JavaProcesses;

/**
 * What probes ask that other rooms know how to.
 *
 * @param databases asked by SQL
 * @param jvms of the instances of this machine
 * @param output what they write
 * @param fileSystems of this machine
 */
public record ProbeSources(
    Databases databases, JavaProcesses jvms, InstanceOutput output, FileSystems fileSystems) {}

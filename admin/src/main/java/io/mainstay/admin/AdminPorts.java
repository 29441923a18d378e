package io.mainstay.admin;

import io.mainstay.ports.ControlPlane;
import io.mainstay.ports.Drills;
import io.mainstay.ports.EventJournal;
import io.mainstay.ports.LogSource;
import io.mainstay.ports.ServerControl;
import io.mainstay.ports.SignalSource;
import io.mainstay.ports.Snapshots;
import io.mainstay.ports.SpecReader;
import io.mainstay.ports.TrafficMetricsSource;

/**
 * The inside, as the API sees it.
 *
 * @param control status, commands, plans
 * @param drills rehearsals
 * @param specs reads the file that is applied
 * @param events what happened
 * @param logs what instances wrote
 * @param signals what the traffic says now
 * @param traffic what went through the gateway in all
 * @param server the process itself
 * @param snapshots what operators asked for, to keep
 */
public record AdminPorts(
    ControlPlane control,
    Drills drills,
    SpecReader specs,
    EventJournal events,
    LogSource logs,
    SignalSource signals,
    TrafficMetricsSource traffic,
    ServerControl server,
    Snapshots snapshots) {}

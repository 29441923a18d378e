package io.mainstay.server;

import io.mainstay.business.AskedFlows;
import io.mainstay.business.SqlDatabases;
import io.mainstay.journal.DataFolder;
import io.mainstay.journal.FileEventJournal;
import io.mainstay.linux.ExecutorMailbox;
import io.mainstay.linux.FileSecrets;
import io.mainstay.linux.SecureRandomness;
import io.mainstay.linux.SystemTime;
import io.mainstay.linux.calls.FileSystemCalls;
import io.mainstay.linux.jvm.LinuxJavaProcesses;
import io.mainstay.linux.logs.FileLogSource;
import io.mainstay.model.spec.Deployment;
import io.mainstay.ports.EventJournal;
import io.mainstay.ports.FlowQueries;
import io.mainstay.ports.ModelCodec;
import io.mainstay.ports.ProcessHost;
import io.mainstay.ports.Randomness;
import io.mainstay.ports.Time;
import io.mainstay.probes.NetworkProber;
import io.mainstay.probes.ProbeSources;
import io.mainstay.spec.RecallingModelCodec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What every room stands on: the data folder and what is written there, mailboxes, time, chance.
 */
final class Groundwork {
  final ServerOptions options;
  final Closing closing;
  final Troubles troubles = new Troubles();
  final Time time = new SystemTime();
  final Randomness randomness = new SecureRandomness();
  final ModelCodec codec = RecallingModelCodec.ofSharedState();
  final DataFolder folder;
  final EventJournal journal;
  final EventWriter events;
  final ExecutorMailbox serverMailbox;
  final ExecutorMailbox diskMailbox;
  final ExecutorMailbox agentMailbox;
  final ExecutorMailbox controllerMailbox;
  final FileLogSource logs;

  /**
   * Opens it.
   *
   * @param closing what closes it again
   * @throws IOException if the events cannot be kept
   * @throws StartFailure if the data folder cannot be had
   */
  Groundwork(ServerOptions options, Closing closing) throws IOException, StartFailure {
    this.options = options;
    this.closing = closing;
    this.folder = open();
    this.journal =
        closing.with(
            FileEventJournal.open(
                folder.events(), codec, report -> troubles.journal("the event journal", report)));
    this.events = new EventWriter(options.node(), journal, time);
    troubles.writeTo(events);
    this.serverMailbox = mailbox("server");
    this.diskMailbox = mailbox("disk");
    this.agentMailbox = mailbox("agent");
    this.controllerMailbox = mailbox("controller");
    this.logs = closing.with(new FileLogSource(folder.root(), troubles::host));
  }

  private DataFolder open() throws StartFailure {
    DataFolder opened =
        switch (DataFolder.open(options.data())) {
          case DataFolder.Outcome.Opened made -> made.folder();
          case DataFolder.Outcome.Refused refused -> throw new StartFailure(refused.reason());
        };
    Logging.toFile(opened.root());
    return closing.with(opened);
  }

  /** Folders with jars of JDBC drivers. */
  List<Path> drivers() {
    return List.of(folder.root().resolve("plugins"));
  }

  /** What asks instances, for the agent. */
  NetworkProber prober(ProcessHost host) throws IOException {
    return closing.with(
        new NetworkProber(
            host,
            agentMailbox,
            time,
            new ProbeSources(
                closing.with(new SqlDatabases(drivers())),
                new LinuxJavaProcesses(),
                logs,
                FileSystemCalls::left)));
  }

  /** What asks databases and Prometheus servers for the controller. */
  FlowQueries flowQueries(ProcessHost host, Supplier<Deployment> deployment) {
    return closing.with(
        new AskedFlows(
            drivers(),
            new LinkedHashMap<>(new TreeMap<>(System.getenv())),
            deployment,
            host,
            new FileSecrets(),
            controllerMailbox));
  }

  private ExecutorMailbox mailbox(String name) {
    return closing.with(new ExecutorMailbox(name, problem -> troubles.bug(name, problem)));
  }
}

package io.mainstay.zookeeper;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what a peer told. */
final class RecordingPeerListener implements CoordinationPeer.Listener {
  final List<String> told = new CopyOnWriteArrayList<>();
  final List<Path> kept = new CopyOnWriteArrayList<>();

  @Override
  public void started(String address, Duration took) {
    told.add("started");
  }

  @Override
  public void lost(String reason) {
    told.add("lost: " + reason);
  }

  @Override
  public void restored(String reason) {
    told.add("restored");
  }

  @Override
  public void damaged(Path folder, String reason, String saved) {
    kept.add(folder);
    told.add("damaged: " + saved);
  }
}

package io.mainstay.linux.jvm;

import io.mainstay.model.state.ProcessIdentity;
import io.mainstay.ports.JavaProcesses;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.Optional;

/** The JVMs of this machine, of the user that this server runs as, or of all if that is root. */
public final class LinuxJavaProcesses implements JavaProcesses {
  @Override
  public Optional<Jvm> find(ProcessIdentity process) throws IOException {
    try {
      return JvmProcess.of(process.pid()).map(AttachedJvm::new);
    } catch (AccessDeniedException e) {
      throw new IOException("process " + process.pid() + " belongs to another user", e);
    }
  }
}

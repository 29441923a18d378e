package io.mainstay.model.state;

import io.mainstay.model.ServiceName;

/**
 * Which transaction is meant.
 *
 * @param service whose it is
 * @param name unique within the service
 */
public record TransactionKey(ServiceName service, String name)
    implements Comparable<TransactionKey> {
  @Override
  public int compareTo(TransactionKey other) {
    int byService = service.compareTo(other.service);
    return byService != 0 ? byService : name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return service + "/" + name;
  }
}

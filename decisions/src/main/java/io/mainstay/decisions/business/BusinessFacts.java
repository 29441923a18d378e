package io.mainstay.decisions.business;

import io.mainstay.model.InstanceId;
import io.mainstay.model.MonotonicTime;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Remedy;
import io.mainstay.model.spec.RestorePolicy;
import io.mainstay.model.spec.TransactionSpec;
import io.mainstay.model.state.TransactionKey;
import io.mainstay.model.state.TransactionRun;
import java.util.List;
import java.util.Optional;

/**
 * What is known of the business at one moment.
 *
 * @param services all of the file, sorted by name
 * @param finished runs that ended since the last pass, in order
 * @param lost runs that will never tell how they ended
 * @param refused orders that were not carried out since the last pass
 * @param generation of the file that is applied
 */
public record BusinessFacts(
    List<Service> services,
    List<TransactionRun> finished,
    List<TransactionKey> lost,
    List<Refusal> refused,
    long generation) {
  /** Copies the lists. */
  public BusinessFacts {
    services = List.copyOf(services);
    finished = List.copyOf(finished);
    lost = List.copyOf(lost);
    refused = List.copyOf(refused);
  }

  /**
   * One service.
   *
   * @param name its name
   * @param transactions that prove its business
   * @param whenFailing remedies in order
   * @param restore when and how traffic returns
   * @param hasFallback whether anybody can answer in its place
   * @param isRun whether its instances are processes of ours, which can be run anew and stopped
   * @param instances all that are assigned, sorted
   * @param calls services that it asks, the likeliest culprit first
   * @param paused whether remedies are off
   * @param stopped whether it is shut down, until an operator restores it
   * @param busy whether instances of it are to be run anew or replaced, and this is not done yet
   * @param diversion where its requests go now, if not to itself
   * @param badAnswers what it answered to whoever asked lately, if too much of it was bad
   * @param trouble what else speaks against it, such as a verdict by its checks; empty: nothing
   */
  public record Service(
      ServiceName name,
      List<TransactionSpec> transactions,
      List<Remedy> whenFailing,
      RestorePolicy restore,
      boolean hasFallback,
      boolean isRun,
      List<Instance> instances,
      List<ServiceName> calls,
      boolean paused,
      boolean stopped,
      boolean busy,
      Optional<Diversion> diversion,
      Optional<BadAnswers> badAnswers,
      Optional<String> trouble) {
    /** Copies the lists. */
    public Service {
      transactions = List.copyOf(transactions);
      whenFailing = List.copyOf(whenFailing);
      instances = List.copyOf(instances);
      calls = List.copyOf(calls);
    }

    /** Those in the traffic, sorted. */
    List<InstanceId> serving() {
      return instances.stream().filter(Instance::serving).map(Instance::id).toList();
    }

    /** Those in the traffic that something speaks against, sorted. */
    List<InstanceId> doubted() {
      return instances.stream()
          .filter(one -> one.serving() && one.doubted())
          .map(Instance::id)
          .toList();
    }

    /** Those in the traffic that runs do not meet by themselves, sorted. */
    List<InstanceId> far() {
      return instances.stream()
          .filter(one -> one.serving() && one.far())
          .map(Instance::id)
          .toList();
    }

    /** Those that can be asked, in the traffic or not, sorted. */
    List<InstanceId> answering() {
      return instances.stream().filter(Instance::answers).map(Instance::id).toList();
    }
  }

  /**
   * One instance.
   *
   * @param id its name
   * @param serving whether it is in the traffic, or would be if the service were not diverted
   * @param answers whether its process is up and its ready check passes
   * @param confined whether we isolated it ourselves
   * @param doubted whether something speaks against it that is not enough to do anything about it
   * @param far whether others are nearer to where runs come from, and get them all
   */
  public record Instance(
      InstanceId id,
      boolean serving,
      boolean answers,
      boolean confined,
      boolean doubted,
      boolean far) {}

  /**
   * Requests of a service go elsewhere.
   *
   * @param share of its requests, above 0 to 1
   * @param own whether we decided so, and not an operator
   */
  public record Diversion(double share, boolean own) {}

  /**
   * Users get bad answers from it.
   *
   * @param reason how many
   * @param last when the last of them was seen
   */
  public record BadAnswers(String reason, MonotonicTime last) {}

  /**
   * An order that was not carried out.
   *
   * @param service whose remedy
   * @param remedy which
   * @param reason why not, one sentence
   */
  public record Refusal(ServiceName service, Remedy remedy, String reason) {}

  /** A service, if the file knows it. */
  Optional<Service> service(ServiceName name) {
    return services.stream().filter(one -> one.name().equals(name)).findFirst();
  }

  /** A transaction, if the file knows it. */
  public Optional<TransactionSpec> transaction(TransactionKey key) {
    return service(key.service()).stream()
        .flatMap(service -> service.transactions().stream())
        .filter(one -> one.name().equals(key.name()))
        .findFirst();
  }
}

package io.mainstay.server.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mainstay.admin.NodeAnswer;
import io.mainstay.admin.NodeCommand;
import io.mainstay.model.Actor;
import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.Explanation;
import io.mainstay.model.state.Operation;
import io.mainstay.model.state.Plan;
import io.mainstay.model.state.Status;
import io.mainstay.ports.ControlPlane;
import io.mainstay.ports.ModelCodec;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * The control plane as any server offers it: what can be read is read here, what is to be done is
 * handed to the server that decides. Any thread.
 */
public final class LeaderControlPlane implements ControlPlane {
  private static final Duration COMMAND = Duration.ofSeconds(25);
  private static final Duration QUESTION = Duration.ofSeconds(3);
  private final ControlPlane own;
  private final LeaderAddress leader;
  private final NodeLink link;
  private final ModelCodec codec;

  /** In front of this server's own. */
  public LeaderControlPlane(
      ControlPlane own, LeaderAddress leader, NodeLink link, ModelCodec codec) {
    this.own = own;
    this.leader = leader;
    this.link = link;
    this.codec = codec;
  }

  @Override
  public Status status() {
    return own.status();
  }

  /** Who decides has the evidence; without an answer from there this server tells what it knows. */
  @Override
  public Optional<Explanation> explain(String subject) {
    return ask("/internal/v1/explain/" + URLEncoder.encode(subject, UTF_8), Explanation.class)
        .or(() -> own.explain(subject));
  }

  /** What the server that decides says; empty: it is this one, knows nothing, or is away. */
  private <T> Optional<T> ask(String path, Class<T> type) {
    Optional<Address> other = leader.other();
    if (other.isEmpty()) {
      return Optional.empty();
    }
    try {
      NodeLink.Answer answer = link.get(other.get(), path, QUESTION).join();
      return answer.status() == 200
          ? Optional.of(codec.read(answer.body(), type))
          : Optional.empty();
    } catch (CompletionException e) {
      return Optional.empty();
    }
  }

  @Override
  public CompletionStage<Plan> plan(Deployment deployment) {
    return own.plan(deployment);
  }

  @Override
  public CompletionStage<CommandResult> submit(Command command, Actor actor) {
    Optional<Address> other = leader.other();
    if (other.isEmpty()) {
      return own.submit(command, actor);
    }
    byte[] body = codec.write(new NodeCommand(command, actor));
    return link.post(other.get(), "/internal/v1/command", body, COMMAND)
        .handle((answer, problem) -> {
          if (problem != null) {
            return new CommandResult.Invalid(
                "the server that decides, " + other.get() + ", cannot be asked: " + problem);
          }
          if (answer.status() != 200) {
            return new CommandResult.Invalid(
                "the server that decides, " + other.get() + ", answered " + answer.status());
          }
          return codec.read(answer.body(), NodeAnswer.class).result();
        });
  }

  /** Operations live where they were begun: here first, then where commands are handed to. */
  @Override
  public Optional<Operation> operation(String id) {
    return own.operation(id)
        .or(() -> ask("/internal/v1/operations/" + URLEncoder.encode(id, UTF_8), Operation.class));
  }

  @Override
  public boolean push(InstanceId instance, boolean passed, String message) {
    return own.push(instance, passed, message);
  }
}

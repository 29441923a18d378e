package io.mainstay.spec;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.mainstay.model.Actor;
import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import io.mainstay.model.spec.Amount;
import io.mainstay.model.spec.Checks;
import io.mainstay.model.spec.Fallback;
import io.mainstay.model.spec.FlowSpec;
import io.mainstay.model.spec.JsonPath;
import io.mainstay.model.spec.PoolSpec;
import io.mainstay.model.spec.PortPolicy;
import io.mainstay.model.spec.TransactionSpec;
import io.mainstay.model.spec.Workload;
import io.mainstay.model.state.Command;
import io.mainstay.model.state.CommandResult;
import io.mainstay.model.state.Pin;
import io.mainstay.ports.ClusterControl;
import io.mainstay.ports.ModelCodec;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * The model as JSON. Names, addresses and paths are plain strings, durations and times are ISO
 * 8601, and a value of a sealed type says in {@code kind} which of them it is. Any thread.
 */
public final class JsonModelCodec implements ModelCodec {
  /** Sealed types whose values carry their kind. */
  static final List<Class<?>> SEALED =
      List.of(
          Workload.class,
          Workload.EnvironmentValue.class,
          PortPolicy.class,
          Amount.class,
          Checks.Probe.class,
          PoolSpec.Provider.class,
          Fallback.class,
          Pin.Target.class,
          TransactionSpec.Action.class,
          TransactionSpec.Source.class,
          FlowSpec.Consequence.class,
          FlowSpec.Key.class,
          JsonPath.Part.class,
          Command.class,
          CommandResult.class,
          ClusterControl.JoinOutcome.class);

  private final JsonMapper mapper = mapper();

  @Override
  public byte[] write(Object value) {
    return mapper.writeValueAsBytes(value);
  }

  @Override
  public <T> T read(byte[] bytes, Class<T> type) {
    T value;
    try {
      value = mapper.readValue(bytes, type);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("no " + type.getSimpleName() + ": " + where(e), e);
    }
    if (value == null) {
      throw new IllegalArgumentException("no " + type.getSimpleName() + ": null");
    }
    return value;
  }

  /** Without the text itself, which may hold what nobody should see. */
  private static String where(JacksonException e) {
    return e.getLocation() == null
        ? e.getOriginalMessage()
        : e.getOriginalMessage() + " at byte " + e.getLocation().getByteOffset();
  }

  private static JsonMapper mapper() {
    SimpleModule module = new SimpleModule("mainstay");
    text(module, ServiceName.class, ServiceName::value, ServiceName::new);
    text(module, NodeName.class, NodeName::value, NodeName::new);
    text(module, Actor.class, Actor::value, Actor::new);
    text(module, Path.class, Path::toString, Path::of);
    text(
        module,
        InstanceId.class,
        InstanceId::toString,
        id -> InstanceId.parse(id).orElseThrow(() -> new IllegalArgumentException(id)));
    text(
        module,
        Address.class,
        Address::toString,
        address -> Address.parse(address).orElseThrow(() -> new IllegalArgumentException(address)));
    module.addAbstractTypeMapping(SequencedMap.class, LinkedHashMap.class);
    JsonMapper.Builder builder =
        JsonMapper.builder()
            .addModule(module)
            .changeDefaultVisibility(visibility ->
                visibility
                    .withGetterVisibility(Visibility.NONE)
                    .withIsGetterVisibility(Visibility.NONE)
                    .withFieldVisibility(Visibility.ANY))
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .disable(
                DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS,
                DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(
                DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);
    WrittenBefore.apply(module, builder);
    for (Class<?> sealed : SEALED) {
      builder.addMixIn(sealed, TypedByKind.class);
      for (Class<?> one : sealed.getPermittedSubclasses()) {
        builder.registerSubtypes(new NamedType(one, kind(one)));
      }
    }
    return builder.build();
  }

  /** {@code from-file} for {@code FromFile}. */
  static String kind(Class<?> type) {
    return type.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  private interface TypedByKind {}

  private static <T> void text(
      SimpleModule module, Class<T> type, Function<T, String> write, Function<String, T> read) {
    module.addSerializer(
        type,
        new StdSerializer<T>(type) {
          @Override
          public void serialize(T value, JsonGenerator out, SerializationContext context) {
            out.writeString(write.apply(value));
          }
        });
    module.addDeserializer(
        type,
        new StdDeserializer<T>(type) {
          @Override
          public T deserialize(JsonParser in, DeserializationContext context) {
            String text = in.getValueAsString("");
            try {
              return read.apply(text);
            } catch (IllegalArgumentException e) {
              return context.reportInputMismatch(type, "not a %s", type.getSimpleName());
            }
          }
        });
  }
}

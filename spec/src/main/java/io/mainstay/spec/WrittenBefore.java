package io.mainstay.spec;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.mainstay.model.spec.Business;
import io.mainstay.model.spec.Deployment;
import io.mainstay.model.spec.Disconnect;
import io.mainstay.model.spec.DrillSpec;
import io.mainstay.model.spec.FlowSpec;
import io.mainstay.model.spec.GroupStrategy;
import io.mainstay.model.spec.Place;
import io.mainstay.model.spec.PoolSpec;
import io.mainstay.model.spec.Remedy;
import io.mainstay.model.spec.RestorePolicy;
import io.mainstay.model.spec.ServiceSpec;
import io.mainstay.model.spec.TransactionSpec;
import io.mainstay.model.state.FlowStatus;
import io.mainstay.model.state.NodeStatus;
import io.mainstay.model.state.Overrides;
import io.mainstay.model.state.Status;
import io.mainstay.model.state.TransactionStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.std.DelegatingDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.CollectionType;

/**
 * What values mean that were stored before the model got these fields: data folders outlive the
 * program that wrote them.
 */
final class WrittenBefore {
  /** By type: what a missing value of it stands for. */
  private static final Map<Class<?>, Object> MISSING = missing();

  private WrittenBefore() {}

  private static Map<Class<?>, Object> missing() {
    Map<Class<?>, Object> values = new LinkedHashMap<>();
    values.put(Place.class, Place.ANYWHERE);
    values.put(Disconnect.class, Disconnect.DEFAULT);
    values.put(Business.class, Business.NONE);
    values.put(RestorePolicy.class, RestorePolicy.DEFAULT);
    return values;
  }

  static void apply(SimpleModule module, JsonMapper.Builder builder) {
    module.setDeserializerModifier(new Modifier());
    builder.addMixIn(Deployment.class, DeploymentFields.class);
    builder.addMixIn(ServiceSpec.class, ServiceFields.class);
    builder.addMixIn(Business.class, BusinessFields.class);
    builder.addMixIn(Overrides.class, OverridesFields.class);
    builder.addMixIn(Status.class, StatusFields.class);
    builder.addMixIn(Status.ServiceStatus.class, ServiceStatusFields.class);
  }

  /** Lists that are empty where they are missing. */
  @SuppressWarnings("unused")
  private abstract static class DeploymentFields {
    @JsonSetter(nulls = Nulls.AS_EMPTY)
    private final List<PoolSpec> pools = List.of();
  }

  /** As above. */
  @SuppressWarnings("unused")
  private abstract static class ServiceFields {
    @JsonSetter(nulls = Nulls.AS_EMPTY)
    private final List<DrillSpec> drills = List.of();
  }

  /** As above. */
  @SuppressWarnings("unused")
  private abstract static class BusinessFields {
    @JsonSetter(nulls = Nulls.AS_EMPTY)
    private final List<TransactionSpec> transactions = List.of();

    @JsonSetter(nulls = Nulls.AS_EMPTY)
    private final List<FlowSpec> flows = List.of();
  }

  /** As above. */
  @SuppressWarnings("unused")
  private abstract static class OverridesFields {
    @JsonSetter(nulls = Nulls.AS_EMPTY)
    private final List<Overrides.Halt> halts = List.of();

    @JsonSetter(nulls = Nulls.AS_EMPTY)
    private final List<Overrides.NodeHold> nodes = List.of();

    @JsonSetter(nulls = Nulls.AS_EMPTY)
    private final List<Overrides.Evacuation> evacuations = List.of();

    @JsonSetter(nulls = Nulls.AS_EMPTY)
    private final List<Overrides.Diversion> diversions = List.of();

    @JsonSetter(nulls = Nulls.AS_EMPTY)
    private final List<Overrides.Stop> stops = List.of();

    @JsonSetter(nulls = Nulls.AS_EMPTY)
    private final List<Overrides.Replacement> replacements = List.of();
  }

  /** As above; servers of several versions meet during an upgrade. */
  @SuppressWarnings("unused")
  private abstract static class StatusFields {
    @JsonSetter(nulls = Nulls.AS_EMPTY)
    private final List<NodeStatus> nodes = List.of();
  }

  /** As above. */
  @SuppressWarnings("unused")
  private abstract static class ServiceStatusFields {
    @JsonSetter(nulls = Nulls.AS_EMPTY)
    private final List<TransactionStatus> transactions = List.of();

    @JsonSetter(nulls = Nulls.AS_EMPTY)
    private final List<FlowStatus> flows = List.of();
  }

  private static final class Modifier extends ValueDeserializerModifier {
    private static final long serialVersionUID = 1;

    @Override
    public ValueDeserializer<?> modifyDeserializer(
        DeserializationConfig config,
        BeanDescription.Supplier description,
        ValueDeserializer<?> deserializer) {
      Object value = MISSING.get(description.getBeanClass());
      return value == null ? deserializer : new WithDefault(deserializer, value);
    }

    @Override
    public ValueDeserializer<?> modifyEnumDeserializer(
        DeserializationConfig config,
        JavaType type,
        BeanDescription.Supplier description,
        ValueDeserializer<?> deserializer) {
      return type.hasRawClass(GroupStrategy.class)
          ? new WithDefault(deserializer, GroupStrategy.ONE_FOR_ONE)
          : deserializer;
    }

    /** Remedies stand only in {@link Business}, and not naming any is not asking for none. */
    @Override
    public ValueDeserializer<?> modifyCollectionDeserializer(
        DeserializationConfig config,
        CollectionType type,
        BeanDescription.Supplier description,
        ValueDeserializer<?> deserializer) {
      return type.getContentType().hasRawClass(Remedy.class)
          ? new WithDefault(deserializer, Business.DEFAULT_REMEDIES)
          : deserializer;
    }
  }

  /** Reads as its delegate does, and knows what a missing value stands for. */
  private static final class WithDefault extends DelegatingDeserializer {
    private final Object missing;

    WithDefault(ValueDeserializer<?> delegate, Object missing) {
      super(delegate);
      this.missing = missing;
    }

    @Override
    protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> delegate) {
      return new WithDefault(delegate, missing);
    }

    @Override
    public Object getAbsentValue(DeserializationContext context) {
      return missing;
    }
  }
}

package io.mainstay.spec;

import io.mainstay.model.Actor;
import io.mainstay.model.Address;
import io.mainstay.model.InstanceId;
import io.mainstay.model.NodeName;
import io.mainstay.model.ServiceName;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SequencedMap;

/** Makes values of the model from a seed, by what their records ask for. */
final class RandomValues {
  private static final List<String> TEXTS =
      List.of(
          "", "a", "ready check passed", "${PORT} \"quoted\" \\ {}", "ümläut ✓ 😀", "\n\t\u0001");

  private final Random random;

  RandomValues(long seed) {
    this.random = new Random(seed);
  }

  /** A value of that type. */
  <T> T make(Class<T> type) {
    return type.cast(make((Type) type));
  }

  private Object make(Type type) {
    if (type instanceof ParameterizedType generic) {
      return generic((Class<?>) generic.getRawType(), generic.getActualTypeArguments());
    }
    Class<?> raw = (Class<?>) type;
    if (raw.isEnum()) {
      return pick(Arrays.asList(raw.getEnumConstants()));
    }
    if (raw.isSealed()) {
      return make((Type) pick(Arrays.asList(raw.getPermittedSubclasses())));
    }
    return raw.isRecord() ? name(raw).orElseGet(() -> fill(raw)) : plain(raw);
  }

  private Object generic(Class<?> raw, Type[] arguments) {
    if (raw == Optional.class) {
      return random.nextBoolean() ? Optional.of(make(arguments[0])) : Optional.empty();
    }
    int count = random.nextInt(4);
    if (raw == List.class) {
      List<Object> list = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        list.add(make(arguments[0]));
      }
      return list;
    }
    if (raw == SequencedMap.class) {
      SequencedMap<Object, Object> map = new LinkedHashMap<>();
      for (int i = 0; i < count; i++) {
        map.put("k" + random.nextInt(100), make(arguments[1]));
      }
      return map;
    }
    throw new IllegalArgumentException(raw.toString());
  }

  /** Records that check their text. */
  private Optional<Object> name(Class<?> raw) {
    Object value = null;
    if (raw == ServiceName.class) {
      value = new ServiceName(pick(List.of("shop", "orders-2", "x")));
    } else if (raw == NodeName.class) {
      value = new NodeName(pick(List.of("n1", "node.example")));
    } else if (raw == InstanceId.class) {
      value = new InstanceId(make(ServiceName.class), 1 + random.nextInt(20));
    } else if (raw == Address.class) {
      value = new Address(pick(List.of("127.0.0.1", "::1", "a.b")), random.nextInt(65536));
    } else if (raw == Actor.class) {
      value = pick(List.of(Actor.SYSTEM, Actor.SCHEDULE, Actor.operator("ann")));
    }
    return Optional.ofNullable(value);
  }

  private Object plain(Class<?> raw) {
    if (raw == String.class) {
      return pick(TEXTS);
    } else if (raw == int.class || raw == Integer.class) {
      return random.nextInt();
    } else if (raw == long.class || raw == Long.class) {
      return random.nextLong();
    } else if (raw == double.class || raw == Double.class) {
      return random.nextGaussian() * 1e6;
    } else if (raw == boolean.class) {
      return random.nextBoolean();
    } else if (raw == Duration.class) {
      return Duration.ofNanos(random.nextLong(1L << random.nextInt(1, 60)));
    } else if (raw == LocalTime.class) {
      return LocalTime.ofSecondOfDay(random.nextInt(86_400));
    } else if (raw == Instant.class) {
      return Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
    } else if (raw == Path.class) {
      return Path.of(pick(List.of("/srv/a b", "/", "relative/x")));
    } else if (raw == OptionalInt.class) {
      return random.nextBoolean() ? OptionalInt.of(random.nextInt()) : OptionalInt.empty();
    } else if (raw == OptionalLong.class) {
      return random.nextBoolean() ? OptionalLong.of(random.nextLong()) : OptionalLong.empty();
    } else if (raw == OptionalDouble.class) {
      return random.nextBoolean() ? OptionalDouble.of(random.nextDouble()) : OptionalDouble.empty();
    }
    throw new IllegalArgumentException(raw.toString());
  }

  private Object fill(Class<?> raw) {
    RecordComponent[] components = raw.getRecordComponents();
    Object[] arguments = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      arguments[i] = make(components[i].getGenericType());
    }
    try {
      Constructor<?> constructor = raw.getDeclaredConstructor(types);
      return constructor.newInstance(arguments);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(raw.toString(), e);
    }
  }

  private <T> T pick(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}

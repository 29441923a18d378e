package io.mainstay.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The arrows between the rooms, as ARCHITECTURE.md lists them. */
class ArrowsTest {
  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.mainstay");

  private static final Map<String, List<String>> ARROWS = new TreeMap<>();

  static {
    ARROWS.put("model", List.of());
    ARROWS.put("decisions", List.of("model"));
    ARROWS.put("ports", List.of("model"));
    ARROWS.put("testkit", List.of("model", "ports"));
    ARROWS.put("spec", List.of("model", "ports"));
    ARROWS.put("journal", List.of("model", "ports"));
    ARROWS.put("agent", List.of("model", "decisions", "ports"));
    ARROWS.put("controller", List.of("model", "decisions", "ports"));
    ARROWS.put("cluster", List.of("model", "decisions", "ports"));
    ARROWS.put("gateway", List.of("model", "decisions", "ports"));
    ARROWS.put("probes", List.of("model", "ports"));
    ARROWS.put("business", List.of("model", "decisions", "ports", "probes"));
    ARROWS.put("linux", List.of("model", "ports"));
    ARROWS.put("identity", List.of("model", "ports"));
    ARROWS.put("zookeeper", List.of("model", "ports"));
    ARROWS.put("admin", List.of("model", "ports"));
    ARROWS.put("cli", List.of("model", "ports", "spec"));
    ARROWS.put(
        "simulator",
        List.of("model", "decisions", "ports", "controller", "agent", "cluster", "testkit"));
  }

  @TestFactory
  List<DynamicTest> aRoomUsesOnlyTheRoomsThatTheTableAllows() {
    List<DynamicTest> tests = new ArrayList<>();
    ARROWS.forEach((room, allowed) ->
        tests.add(
            DynamicTest.dynamicTest(
                room + " uses only " + allowed, () -> usesOnly(room, allowed).check(HOUSE))));
    return tests;
  }

  private static ArchRule usesOnly(String room, List<String> allowed) {
    DescribedPredicate<JavaClass> foreignRoom =
        new DescribedPredicate<>("in another room than " + allowed) {
          @Override
          public boolean test(JavaClass type) {
            String name = type.getPackageName();
            return name.startsWith("io.mainstay.")
                && !isIn(name, room)
                && allowed.stream().noneMatch(other -> isIn(name, other));
          }
        };
    return noClasses()
        .that()
        .resideInAPackage("io.mainstay." + room + "..")
        .should()
        .dependOnClassesThat(foreignRoom)
        .allowEmptyShould(true);
  }

  private static boolean isIn(String packageName, String room) {
    String prefix = "io.mainstay." + room;
    return packageName.equals(prefix) || packageName.startsWith(prefix + ".");
  }

  @Test
  void onlyTheGatewayKnowsNetty() {
    // Benchmarks measure its inner parts, too. One class of the probes asks by HTTP/2: decision
    // 107.
    noClasses()
        .that()
        .resideOutsideOfPackages("io.mainstay.gateway..", "io.mainstay.benchmarks..")
        .and()
        .haveNameNotMatching("io\\.mainstay\\.probes\\.GrpcCall(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty..")
        .check(HOUSE);
  }

  @Test
  void onlyTheZooKeeperRoomKnowsCuratorAndZooKeeper() {
    onlyRooms("org.apache.curator..", "zookeeper").check(HOUSE);
    onlyRooms("org.apache.zookeeper..", "zookeeper").check(HOUSE);
  }

  private static ArchRule onlyRooms(String library, String... rooms) {
    return noClasses()
        .that()
        .resideOutsideOfPackages(
            Stream.of(rooms).map(room -> "io.mainstay." + room + "..").toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library);
  }

  @Test
  void modelAndDecisionsUseOnlyValues() {
    classes()
        .that()
        .resideInAnyPackage("io.mainstay.model..", "io.mainstay.decisions..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.mainstay.model..",
            "io.mainstay.decisions..",
            "java.lang..",
            "java.util",
            "java.util.function..",
            "java.util.stream..",
            "java.time..",
            "java.math..",
            "java.nio.charset..",
            "java.nio.file..",
            "org.jspecify..")
        .check(HOUSE);
  }

  @Test
  void pureRoomsReadNoClockAndDrawNoNumbers() {
    noClasses()
        .that()
        .resideInAnyPackage("io.mainstay.model..", "io.mainstay.decisions..")
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(java.util.UUID.class, "randomUUID")
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.util.random.RandomGenerator.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Thread.class)
        .check(HOUSE);
  }

  @Test
  void pureRoomsMakeNoCollectionsWhoseOrderChangesWithEachStart() {
    noClasses()
        .that()
        .resideInAnyPackage("io.mainstay.model..", "io.mainstay.decisions..")
        .should()
        .callConstructor(java.util.HashMap.class)
        .orShould()
        .callConstructor(java.util.HashSet.class)
        .orShould(callAnyNamed("java.util.Set", "of", "copyOf"))
        .orShould(callAnyNamed("java.util.Map", "of", "copyOf", "ofEntries"))
        .orShould(callAnyNamed("java.util.stream.Collectors", "toSet", "toMap", "groupingBy"))
        .check(HOUSE);
  }

  @Test
  void shellsStartNoThreadsAndReadNoClock() {
    noClasses()
        .that()
        .resideInAnyPackage("io.mainstay.agent..", "io.mainstay.controller..")
        .should(callAnyNamed("java.lang.System", "nanoTime", "currentTimeMillis"))
        .orShould(callAnyNamed("java.time.Instant", "now"))
        .orShould(callAnyNamed("java.lang.Thread", "start", "ofVirtual", "ofPlatform", "sleep"))
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("java.nio.channels..", "java.net..")
        .check(HOUSE);
  }

  private static com.tngtech.archunit.lang.ArchCondition<JavaClass> callAnyNamed(
      String owner, String... names) {
    List<String> banned = List.of(names);
    return new com.tngtech.archunit.lang.ArchCondition<>("call " + owner + "." + banned) {
      @Override
      public void check(JavaClass type, com.tngtech.archunit.lang.ConditionEvents events) {
        type.getMethodCallsFromSelf().stream()
            .filter(call -> call.getTargetOwner().getName().equals(owner))
            .filter(call -> banned.contains(call.getName()))
            .forEach(call ->
                events.add(
                    com.tngtech.archunit.lang.SimpleConditionEvent.satisfied(
                        call, call.getDescription())));
      }
    };
  }
}

package io.mainstay.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules about the text of the sources. */
class SourceRulesTest {
  private static final int LINES_OF_A_FILE = 400;
  private static final Pattern NAME_THAT_HIDES =
      Pattern.compile(".*(Util|Utils|Helper|Manager|Impl)\\.java");
  private static final Pattern LEFT_UNDONE =
      Pattern.compile("\\b(TODO|FIXME|XXX)\\b|@Disabled|@Ignore");
  private static final Pattern SLEEP = Pattern.compile("Thread\\.sleep");

  @Test
  void everySourceIsFormatted() {
    Formatter formatter = new Formatter();
    List<String> wrong =
        javaSources()
            .parallel()
            .filter(file -> {
              String text = Sources.read(file);
              try {
                return !formatter.formatSourceAndFixImports(text).equals(text);
              } catch (FormatterException e) {
                return true;
              }
            })
            .map(Sources::name)
            .toList();
    assertThat(wrong).as("not formatted; run tools/format").isEmpty();
  }

  @Test
  void noFileIsLongerThanOneCanRead() {
    List<String> wrong =
        javaSources()
            .filter(file -> Sources.read(file).lines().count() > LINES_OF_A_FILE)
            .map(Sources::name)
            .toList();
    assertThat(wrong).as("over " + LINES_OF_A_FILE + " lines: cut them").isEmpty();
  }

  @Test
  void noNameHidesWhatAClassDoes() {
    List<String> wrong =
        javaSources()
            .map(Sources::name)
            .filter(name -> NAME_THAT_HIDES.matcher(name).matches())
            .toList();
    assertThat(wrong).isEmpty();
  }

  @Test
  void nothingIsLeftUndoneOrSwitchedOff() {
    assertThat(javaSources().filter(file -> !isThisTest(file)).flatMap(find(LEFT_UNDONE)).toList())
        .isEmpty();
  }

  @Test
  void testsWaitForConditionsAndDoNotSleep() {
    assertThat(
            javaSources()
                .filter(file -> !isThisTest(file))
                .filter(file -> Sources.read(file).contains("import org.junit.jupiter.api."))
                .flatMap(find(SLEEP))
                .toList())
        .isEmpty();
  }

  @Test
  void everyPackageSaysWhatItHoldsAndIsNullMarked() {
    List<String> wrong = new ArrayList<>();
    javaSources()
        .filter(file -> Sources.name(file).contains("src/main/"))
        .map(Path::getParent)
        .distinct()
        .forEach(folder -> {
          Path info = folder.resolve("package-info.java");
          if (!info.toFile().exists() || !Sources.read(info).contains("@NullMarked")) {
            wrong.add(Sources.name(folder));
          }
        });
    assertThat(wrong).isEmpty();
  }

  private static boolean isThisTest(Path file) {
    return file.endsWith("SourceRulesTest.java");
  }

  private static java.util.function.Function<Path, Stream<String>> find(Pattern pattern) {
    return file ->
        Sources.read(file)
            .lines()
            .filter(line -> pattern.matcher(line).find())
            .map(line -> Sources.name(file) + ": " + line.strip());
  }

  private static Stream<Path> javaSources() {
    return Sources.endingWith(".java").stream();
  }
}

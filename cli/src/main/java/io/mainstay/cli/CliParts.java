package io.mainstay.cli;

import io.mainstay.ports.SpecReader;
import java.util.function.Supplier;

/**
 * What the commands get from other rooms. Suppliers are asked only by the command that needs them:
 * {@code status} shall not wait for the reader of files.
 *
 * @param version of Mainstay
 * @param up starts a server here
 * @param specs reads files for {@code validate}
 * @param schema the JSON Schema of the file, as text
 * @param machine what the machine offers, for {@code doctor}
 * @param restorer begins again with what was saved
 * @param player plays scenarios
 */
public record CliParts(
    String version,
    Supplier<UpRunner> up,
    Supplier<SpecReader> specs,
    Supplier<String> schema,
    Supplier<MachineReport> machine,
    Supplier<SnapshotRestorer> restorer,
    Supplier<ScenarioPlayer> player) {}

package io.mainstay.business;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.mainstay.model.spec.GrpcStatus;
import io.mainstay.probes.GrpcCall.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What methods of gRPC take and answer, as a file of descriptors or the server itself tells. */
final class GrpcSchemas {
  private static final List<String> REFLECTION =
      List.of(
          "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
          "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo");

  /** Fields of the messages of reflection (gRPC's reflection.proto). */
  private static final int FILE_BY_NAME = 3;

  private static final int FILE_WITH_SYMBOL = 4;
  private static final int FILES = 4;
  private static final int FILE = 1;
  private static final int ERROR = 7;
  private static final int ERROR_MESSAGE = 2;

  /** What a file may have. */
  private static final long MOST_BYTES = 16L << 20;

  private static final int MOST_FILES = 500;

  private GrpcSchemas() {}

  /** By a file of {@code protoc --descriptor_set_out}. */
  static MethodDescriptor ofFile(Path file, String method) throws StepFailure {
    Map<String, FileDescriptorProto> files = new LinkedHashMap<>();
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw StepFailure.unknown(file + ": larger than " + (MOST_BYTES >> 20) + " MiB");
      }
      for (FileDescriptorProto one :
          FileDescriptorSet.parseFrom(Files.readAllBytes(file)).getFileList()) {
        files.put(one.getName(), one);
      }
    } catch (NoSuchFileException e) {
      throw StepFailure.unknown(file + ": no such file");
    } catch (InvalidProtocolBufferException e) {
      throw StepFailure.unknown(file + ": no output of protoc --descriptor_set_out");
    } catch (IOException e) {
      throw StepFailure.unknown(file + ": " + Quoting.message(e));
    }
    return find(files, method, file.toString());
  }

  /** By asking the server: its reflection service, of whichever version. */
  static MethodDescriptor ofServer(GrpcExchange exchange, String method) throws StepFailure {
    String service = method.substring(0, method.indexOf('/'));
    Map<String, FileDescriptorProto> files = new LinkedHashMap<>();
    String version = "";
    for (String one : REFLECTION) {
      if (version.isEmpty() && ask(exchange, one, FILE_WITH_SYMBOL, service, files)) {
        version = one;
      }
    }
    if (version.isEmpty()) {
      throw StepFailure.unknown(
          exchange.entrance().shown()
              + ": the server has no reflection service (expected: one, or descriptors)");
    }
    // Some servers send what a file imports without being asked, some do not.
    List<String> missing = missing(files);
    while (!missing.isEmpty() && files.size() < MOST_FILES) {
      for (String name : missing) {
        ask(exchange, version, FILE_BY_NAME, name, files);
        if (!files.containsKey(name)) {
          throw StepFailure.unknown(exchange.entrance().shown() + ": does not know " + name);
        }
      }
      missing = missing(files);
    }
    return find(files, method, exchange.entrance().shown());
  }

  private static List<String> missing(Map<String, FileDescriptorProto> files) {
    return files.values().stream()
        .flatMap(file -> file.getDependencyList().stream())
        .filter(name -> !files.containsKey(name))
        .distinct()
        .toList();
  }

  /** Whether the server knows that version of reflection; what it tells goes into the map. */
  private static boolean ask(
      GrpcExchange exchange,
      String version,
      int field,
      String text,
      Map<String, FileDescriptorProto> files)
      throws StepFailure {
    byte[] question =
        UnknownFieldSet.newBuilder()
            .addField(
                field,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFromUtf8(text))
                    .build())
            .build()
            .toByteArray();
    Outcome.Ended ended = exchange.ask(version, question, List.of());
    if (GrpcStatus.name(ended.code()).equals("UNIMPLEMENTED")) {
      return false;
    }
    if (!ended.isOk()) {
      throw StepFailure.unknown("reflection: " + GrpcStep.shown(ended));
    }
    try {
      UnknownFieldSet answer = UnknownFieldSet.parseFrom(GrpcExchange.message(ended));
      for (ByteString error : answer.getField(ERROR).getLengthDelimitedList()) {
        String why =
            UnknownFieldSet.parseFrom(error)
                .getField(ERROR_MESSAGE)
                .getLengthDelimitedList()
                .stream()
                .findFirst()
                .map(ByteString::toStringUtf8)
                .orElse("");
        throw StepFailure.failed(
            exchange.entrance().shown()
                + ": does not know "
                + text
                + (why.isEmpty() ? "" : ", " + Quoting.quote(why)));
      }
      for (ByteString response : answer.getField(FILES).getLengthDelimitedList()) {
        for (ByteString file :
            UnknownFieldSet.parseFrom(response).getField(FILE).getLengthDelimitedList()) {
          FileDescriptorProto parsed = FileDescriptorProto.parseFrom(file);
          files.put(parsed.getName(), parsed);
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw StepFailure.unknown("reflection: the answer is not to be understood");
    }
    return true;
  }

  private static MethodDescriptor find(
      Map<String, FileDescriptorProto> files, String method, String where) throws StepFailure {
    int slash = method.indexOf('/');
    String serviceName = method.substring(0, slash);
    Map<String, FileDescriptor> built = new LinkedHashMap<>();
    List<String> services = new ArrayList<>();
    for (String name : files.keySet()) {
      for (ServiceDescriptor service : build(name, files, built, 0).getServices()) {
        services.add(service.getFullName());
        if (service.getFullName().equals(serviceName)) {
          return method(service, method.substring(slash + 1));
        }
      }
    }
    throw StepFailure.unknown(
        where + ": no service " + serviceName + " (it has " + String.join(", ", services) + ")");
  }

  private static MethodDescriptor method(ServiceDescriptor service, String name)
      throws StepFailure {
    MethodDescriptor method = service.findMethodByName(name);
    if (method == null) {
      throw StepFailure.unknown(
          service.getFullName()
              + " has no method "
              + name
              + " (it has "
              + String.join(
                  ", ", service.getMethods().stream().map(MethodDescriptor::getName).toList())
              + ")");
    }
    if (method.isClientStreaming() || method.isServerStreaming()) {
      throw StepFailure.unknown(method.getFullName() + " streams (expected: a unary method)");
    }
    return method;
  }

  private static FileDescriptor build(
      String name,
      Map<String, FileDescriptorProto> files,
      Map<String, FileDescriptor> built,
      int depth)
      throws StepFailure {
    FileDescriptor known = built.get(name);
    if (known != null) {
      return known;
    }
    FileDescriptorProto file = files.get(name);
    if (file == null || depth > MOST_FILES) {
      throw StepFailure.unknown(name + " is missing (expected: protoc with --include_imports)");
    }
    List<FileDescriptor> imports = new ArrayList<>();
    for (String imported : file.getDependencyList()) {
      imports.add(build(imported, files, built, depth + 1));
    }
    try {
      FileDescriptor made = FileDescriptor.buildFrom(file, imports.toArray(FileDescriptor[]::new));
      built.put(name, made);
      return made;
    } catch (DescriptorValidationException e) {
      throw StepFailure.unknown(name + ": " + Quoting.message(e));
    }
  }
}

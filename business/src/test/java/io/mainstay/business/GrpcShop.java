package io.mainstay.business;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import io.grpc.BindableService;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.okhttp.OkHttpServerBuilder;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.stub.ServerCalls;
import io.mainstay.model.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/**
 * A shop that speaks gRPC, by a server of others: {@code shop.v1.Cart/Pay} takes the name of a cart
 * and a price, and answers an id and a state.
 */
final class GrpcShop implements AutoCloseable {
  final List<Metadata> asked = new CopyOnWriteArrayList<>();
  private final FileDescriptor file;
  private final Server server;
  private volatile UnaryOperator<String> states = cart -> "paid";

  GrpcShop(boolean reflection) {
    try {
      file = FileDescriptor.buildFrom(proto(), new FileDescriptor[0]);
      OkHttpServerBuilder builder =
          OkHttpServerBuilder.forPort(
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                  InsecureServerCredentials.create())
              .addService((BindableService) this::definition)
              .intercept(new Heard());
      if (reflection) {
        builder.addService(ProtoReflectionServiceV1.newInstance());
      }
      server = builder.build().start();
    } catch (IOException | Descriptors.DescriptorValidationException e) {
      throw new IllegalStateException(e);
    }
  }

  private final class Heard implements ServerInterceptor {
    @Override
    public <A, B> ServerCall.Listener<A> interceptCall(
        ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
      if (call.getMethodDescriptor().getFullMethodName().startsWith("shop.")) {
        asked.add(headers);
      }
      return next.startCall(call, headers);
    }
  }

  /** What becomes of a cart; a state in capitals is a status of gRPC, {@code hang} no answer. */
  GrpcShop states(UnaryOperator<String> next) {
    states = next;
    return this;
  }

  Address address() {
    return new Address("127.0.0.1", server.getPort());
  }

  /** As protoc writes it. */
  Path descriptors(Path folder) throws IOException {
    return Files.write(
        folder.resolve("shop.pb"),
        FileDescriptorSet.newBuilder().addFile(proto()).build().toByteArray());
  }

  private static FileDescriptorProto proto() {
    return FileDescriptorProto.newBuilder()
        .setName("shop.proto")
        .setPackage("shop.v1")
        .setSyntax("proto3")
        .addMessageType(
            message(
                "PayRequest",
                field("cart_name", 1, FieldDescriptorProto.Type.TYPE_STRING),
                field("price_cents", 2, FieldDescriptorProto.Type.TYPE_INT64)))
        .addMessageType(
            message(
                "PayReply",
                field("receipt", 1, FieldDescriptorProto.Type.TYPE_STRING),
                field("state", 2, FieldDescriptorProto.Type.TYPE_STRING),
                field("left_cents", 3, FieldDescriptorProto.Type.TYPE_INT32),
                field("padding", 4, FieldDescriptorProto.Type.TYPE_BYTES)))
        .addService(
            ServiceDescriptorProto.newBuilder()
                .setName("Cart")
                .addMethod(
                    MethodDescriptorProto.newBuilder()
                        .setName("Pay")
                        .setInputType(".shop.v1.PayRequest")
                        .setOutputType(".shop.v1.PayReply"))
                .addMethod(
                    MethodDescriptorProto.newBuilder()
                        .setName("Watch")
                        .setServerStreaming(true)
                        .setInputType(".shop.v1.PayRequest")
                        .setOutputType(".shop.v1.PayReply")))
        .build();
  }

  private static DescriptorProto message(String name, FieldDescriptorProto... fields) {
    return DescriptorProto.newBuilder().setName(name).addAllField(List.of(fields)).build();
  }

  private static FieldDescriptorProto field(
      String name, int number, FieldDescriptorProto.Type type) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setNumber(number)
        .setType(type)
        .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL)
        .build();
  }

  private ServerServiceDefinition definition() {
    MethodDescriptor<DynamicMessage, DynamicMessage> pay =
        MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("shop.v1.Cart/Pay")
            .setRequestMarshaller(ProtoUtils.marshaller(empty("PayRequest")))
            .setResponseMarshaller(ProtoUtils.marshaller(empty("PayReply")))
            .build();
    return ServerServiceDefinition.builder(
            ServiceDescriptor.newBuilder("shop.v1.Cart")
                .setSchemaDescriptor((ProtoFileDescriptorSupplier) () -> file)
                .addMethod(pay)
                .build())
        .addMethod(
            pay,
            ServerCalls.asyncUnaryCall((request, answer) -> {
              String cart = text(request, "cart_name");
              String state = states.apply(cart);
              if (state.equals("hang")) {
                return;
              }
              if (state.equals(state.toUpperCase(java.util.Locale.ROOT))) {
                answer.onError(
                    new StatusRuntimeException(
                        Status.fromCode(Status.Code.valueOf(state))
                            .withDescription("no cart \u00ab" + cart + "\u00bb")));
                return;
              }
              answer.onNext(reply(cart, state));
              answer.onCompleted();
            }))
        .build();
  }

  private DynamicMessage reply(String cart, String state) {
    DynamicMessage.Builder reply = empty("PayReply").newBuilderForType();
    Descriptors.Descriptor type = reply.getDescriptorForType();
    reply.setField(type.findFieldByName("receipt"), "of " + cart);
    reply.setField(type.findFieldByName("state"), state);
    if (state.startsWith("large ")) {
      reply.setField(
          type.findFieldByName("padding"),
          ByteString.copyFrom(new byte[Integer.parseInt(state.substring(6))]));
    }
    return reply.build();
  }

  private DynamicMessage empty(String type) {
    return DynamicMessage.getDefaultInstance(file.findMessageTypeByName(type));
  }

  private static String text(DynamicMessage message, String field) {
    return (String) message.getField(message.getDescriptorForType().findFieldByName(field));
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}

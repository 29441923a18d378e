package io.mainstay.zookeeper;

import io.mainstay.model.NodeName;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Where things lie in ZooKeeper. No other class of the room writes a path. */
final class Paths {
  private final String root;

  /**
   * The layout of one cluster.
   *
   * @param cluster its name; one ensemble can serve several
   */
  Paths(String cluster) {
    this.root = "/mainstay/" + segment(cluster);
  }

  /** Everything lies below it. */
  String root() {
    return root;
  }

  String desired() {
    return root + "/desired";
  }

  String overrides() {
    return root + "/overrides";
  }

  String assignments() {
    return root + "/assignments";
  }

  String assignments(NodeName node) {
    return assignments() + "/" + segment(node.value());
  }

  String observed() {
    return root + "/observed";
  }

  String observed(NodeName node) {
    return observed() + "/" + segment(node.value());
  }

  /** Election nodes lie below it, one a candidate. */
  String election() {
    return root + "/leader";
  }

  /** What must exist before anything is written, parents first. */
  List<String> folders() {
    return List.of("/mainstay", root, assignments(), observed(), election());
  }

  /** A name as one part of a path; two names never give the same part. */
  private static String segment(String name) {
    String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8);
    return encoded.equals(".") || encoded.equals("..") ? encoded.replace(".", "%2E") : encoded;
  }
}

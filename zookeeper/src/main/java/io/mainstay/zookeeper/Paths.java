package io.mainstay.zookeeper;

import io.mainstay.model.NodeName;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Where things lie in ZooKeeper. No other class of the room writes a path. */
final class Paths {
  private static final String SESSION = "/session";

  private final String base;
  private final String root;

  /**
   * The layout of one cluster.
   *
   * @param cluster its name; one ensemble can serve several
   */
  Paths(String cluster) {
    this("", cluster);
  }

  /**
   * The layout of one cluster on an ensemble of somebody else.
   *
   * @param prefix the part of the ensemble that is ours: empty, or a path that begins with a slash
   * @param cluster its name
   */
  Paths(String prefix, String cluster) {
    this.base = prefix + "/mainstay";
    this.root = base + "/" + segment(cluster);
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

  /** Records of nodes lie below it. */
  String nodes() {
    return root + "/nodes";
  }

  String node(NodeName node) {
    return nodes() + "/" + segment(node.value());
  }

  /** Exists as long as the node's session. */
  String session(NodeName node) {
    return node(node) + SESSION;
  }

  /** Whether it is a record of a node and not its session. */
  boolean isNode(String path) {
    return path.startsWith(nodes() + "/") && path.indexOf('/', nodes().length() + 1) < 0;
  }

  /** The session that belongs to the record at {@code node}. */
  static String sessionOf(String node) {
    return node + SESSION;
  }

  /** Election nodes lie below it, one a candidate. */
  String election() {
    return root + "/leader";
  }

  /** Who carries the coordination. */
  String membership() {
    return cluster() + "/membership";
  }

  /** Servers that are in step lie below it. */
  String ready() {
    return cluster() + "/ready";
  }

  String ready(int id) {
    return ready() + "/" + id;
  }

  /** Named things that a cluster keeps lie below it. */
  String things() {
    return cluster() + "/things";
  }

  String thing(String name) {
    return things() + "/" + segment(name);
  }

  private String cluster() {
    return root + "/cluster";
  }

  /** What must exist before anything is written, parents first. */
  List<String> folders() {
    List<String> folders = new ArrayList<>();
    for (int slash = base.indexOf('/', 1); slash > 0; slash = base.indexOf('/', slash + 1)) {
      folders.add(base.substring(0, slash));
    }
    folders.addAll(List.of(base, root, assignments(), observed(), nodes(), election()));
    folders.addAll(List.of(cluster(), ready(), things()));
    return List.copyOf(folders);
  }

  /** The name that {@link #thing} made this part of a path of. */
  static String name(String segment) {
    return URLDecoder.decode(segment, StandardCharsets.UTF_8);
  }

  /** A name as one part of a path; two names never give the same part. */
  private static String segment(String name) {
    String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8);
    return encoded.equals(".") || encoded.equals("..") ? encoded.replace(".", "%2E") : encoded;
  }
}

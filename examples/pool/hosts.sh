#!/usr/bin/env bash
# Machines made of network namespaces, joined by a bridge that lies in a namespace of its own.
#   hosts.sh up | down | add NAME | remove NAME | names [START] | exec NAME COMMAND… | address NAME
# HOSTS_PREFIX keeps several sets apart (default: pool), HOSTS_DATA is where their files lie.
# Needs root, ip and nsenter. Nothing of it reaches the real network.
set -euo pipefail
prefix=${HOSTS_PREFIX:-pool}
data=${HOSTS_DATA:-/tmp/mainstay-$prefix}
hub=$prefix-hub

exists() { [ -e "/run/netns/$1" ]; }

# first is .1, clients .2, NAME-K is .(10 + K)
address() {
  case $1 in
    first) echo 10.78.0.1 ;;
    clients) echo 10.78.0.2 ;;
    *-[0-9]*) echo "10.78.0.$((10 + ${1##*-}))" ;;
    *) echo "hosts.sh: no address for '$1' (expected: first, clients or NAME-NUMBER)" >&2; exit 2 ;;
  esac
}

add() {
  local space=$prefix-$1 at
  at=$(address "$1")
  exists "$space" && return
  ip netns add "$space"
  ip -n "$hub" link add "p${at##*.}" type veth peer name eth0 netns "$space"
  ip -n "$hub" link set "p${at##*.}" master br0 up
  ip -n "$space" addr add "$at/24" dev eth0
  ip -n "$space" link set lo up
  ip -n "$space" link set eth0 up
  mkdir -p "$data/$1"
}

# The power goes off, and the machine is taken away.
remove() {
  local space=$prefix-$1 round
  if exists "$space"; then
    for round in 1 2 3; do
      ip netns pids "$space" | xargs -r kill -9 2> /dev/null || true
    done
    ip netns del "$space"
  fi
  rm -rf "${data:?}/$1"
}

names() {
  local space
  for space in /run/netns/"$prefix-${1:-}"*; do
    [ -e "$space" ] && [ "${space##*/}" != "$hub" ] && echo "${space##*/"$prefix-"}"
  done
  return 0
}

case ${1:-} in
  up)
    ip netns add "$hub"
    ip -n "$hub" link set lo up
    ip -n "$hub" link add br0 type bridge stp_state 0 forward_delay 0
    ip -n "$hub" link set br0 up
    add first
    add clients
    ;;
  down)
    for name in $(names); do remove "$name"; done
    if exists "$hub"; then ip netns del "$hub"; fi
    rm -rf "$data"
    ;;
  add | remove | address) "$1" "$2" ;;
  names) names "${2:-}" ;;
  exec)
    space=/run/netns/$prefix-$2
    shift 2
    exec nsenter --net="$space" "$@"
    ;;
  *)
    sed -n '2,5s/^# //p' "$0" >&2
    exit 2
    ;;
esac

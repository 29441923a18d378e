#!/usr/bin/env bash
# Makes the machine MAINSTAY_NODE and has it run the command MAINSTAY_JOIN. Asked twice, it does no more.
set -euo pipefail
cd "$(dirname "$0")"
data=${HOSTS_DATA:-/tmp/mainstay-${HOSTS_PREFIX:-pool}}/$MAINSTAY_NODE
./hosts.sh add "$MAINSTAY_NODE"
export PATH=${MAINSTAY_HOME:-$PWD/../..}:$PATH
# A machine of your own would do this at its boot, as a unit of systemd for instance.
eval "exec ./hosts.sh exec $MAINSTAY_NODE $MAINSTAY_JOIN --data '$data' --detach"

#!/usr/bin/env bash
# Prints the names of the machines of the pool MAINSTAY_POOL, one a line.
set -euo pipefail
cd "$(dirname "$0")"
exec ./hosts.sh names "$MAINSTAY_POOL-"

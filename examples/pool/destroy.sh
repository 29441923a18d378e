#!/usr/bin/env bash
# Removes the machine MAINSTAY_NODE; one that is gone already is no failure.
set -euo pipefail
cd "$(dirname "$0")"
exec ./hosts.sh remove "$MAINSTAY_NODE"

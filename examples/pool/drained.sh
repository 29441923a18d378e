#!/usr/bin/env bash
# Runs once MAINSTAY_NODE is empty, before it is removed: save logs, sign off elsewhere.
echo "$(date +%T) $MAINSTAY_NODE is drained" >> "${HOSTS_DATA:-/tmp/mainstay-${HOSTS_PREFIX:-pool}}/hooks.log"

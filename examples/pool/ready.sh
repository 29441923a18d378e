#!/usr/bin/env bash
# Runs once MAINSTAY_NODE has joined, before it takes instances: mount disks, fetch images, warm caches.
echo "$(date +%T) $MAINSTAY_NODE is ready" >> "${HOSTS_DATA:-/tmp/mainstay-${HOSTS_PREFIX:-pool}}/hooks.log"

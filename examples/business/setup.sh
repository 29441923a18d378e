#!/usr/bin/env bash
# Starts a PostgreSQL of the example's own, and prints where it and its JDBC driver are, for eval:
#   eval "$(examples/business/setup.sh)"     examples/business/setup.sh stop
# SHOP_FOLDER: where it keeps its data. Needs the Debian package postgresql; no server of it has to run.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=$(cd "$here/../.." && pwd)
folder=${SHOP_FOLDER:-${TMPDIR:-/tmp}/mainstay-business-$(id -un)}

binaries=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2> /dev/null | sort -V | tail -n 1)
if [ -z "$binaries" ]; then
  echo "setup: PostgreSQL is missing: apt-get install postgresql" >&2
  exit 1
fi

# PostgreSQL refuses to run as root.
as_owner() {
  if [ "$(id -u)" = 0 ]; then (cd "$folder" && runuser -u postgres -- "$@"); else "$@"; fi
}

clear_folder() {
  rm -rf "$folder"/{data,port,initdb.log,server.log}
}

if [ "${1:-}" = stop ]; then
  [ ! -d "$folder/data" ] || as_owner "$binaries/pg_ctl" -s -w -m immediate -D "$folder/data" stop >&2 || true
  clear_folder
  rmdir "$folder" 2> /dev/null || true
  exit
fi

driver=$(find "$home/server/target/mainstay/lib" -name 'postgresql-*.jar' 2> /dev/null | head -n 1)
if [ -z "$driver" ]; then
  "$home/mainstay" --version >&2          # builds it; the driver is among its libraries
  driver=$(find "$home/server/target/mainstay/lib" -name 'postgresql-*.jar' | head -n 1)
fi

if ! [ -d "$folder/data" ] || ! as_owner "$binaries/pg_ctl" -s -D "$folder/data" status > /dev/null; then
  clear_folder
  mkdir -p "$folder"
  [ "$(id -u)" != 0 ] || chown postgres "$folder"
  port=$((25000 + RANDOM % 4000))
  while (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; do port=$((port + 1)); done
  as_owner "$binaries/initdb" -D "$folder/data" -U shop -A trust -N > "$folder/initdb.log"
  as_owner "$binaries/pg_ctl" -s -w -t 60 -D "$folder/data" -l "$folder/server.log" -o \
    "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off" start >&2
  as_owner "$binaries/createdb" -h 127.0.0.1 -p "$port" -U shop shop
  as_owner "$binaries/psql" -q -h 127.0.0.1 -p "$port" -U shop -v ON_ERROR_STOP=1 shop < "$here/schema.sql" >&2
  echo "$port" > "$folder/port"
fi
echo "export SHOP_DRIVER='$driver'"
echo "export SHOP_DATABASE='jdbc:postgresql://127.0.0.1:$(cat "$folder/port")/shop?user=shop'"

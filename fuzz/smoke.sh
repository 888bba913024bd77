#!/bin/sh
# Runs fuzz targets for some seconds each: smoke.sh [SECONDS [TARGET...]]
set -eu
cd "$(dirname "$0")"
seconds=${1:-10}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- $(cargo fuzz list --fuzz-dir .)
for target in "$@"; do
    cargo fuzz run --fuzz-dir . --sanitizer none "$target" -- -max_total_time="$seconds" -max_len=4096 -rss_limit_mb=512
done

#!/bin/sh
# fuzz.sh COUNT SEED: all backends against the serial one under the address and undefined-behaviour sanitizers; then
# without them and with all rows of the pyramid kept, which must give the same keypoints.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
build() {
    "${CC:-gcc}" -std=c11 -Wall -Wextra -ffp-contract=off -fno-math-errno "$@" "$here/fuzz.c" "$here/extract.c" \
        "$here/source.c" "$here/filter.c" "$here/pyramid.c" "$here/rank.c" "$here/describe.c" "$here/serial.c" \
        "$here/avx2.c" "$here/avx512.c" -lm
}
build -O1 -g1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -o "$made/fuzz"
build -O3 -DSIFT_KEEP_ALL=1 -o "$made/keep_all"
"$made/fuzz" "${1:-1000}" "${2:-1}" >"$made/said" || { cat "$made/said"; exit 1; }
"$made/keep_all" "${1:-1000}" "${2:-1}" >"$made/said_too" || { cat "$made/said_too"; exit 1; }
cat "$made/said"
cmp "$made/said" "$made/said_too"

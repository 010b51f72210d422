#!/bin/sh
# fuzz.sh COUNT SEED: all backends against the serial one under the address and undefined-behaviour sanitizers; then
# optimized and without them, which must give the same digest.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
build() {
    "${CC:-gcc}" -std=c11 -Wall -Wextra -ffp-contract=off -fno-math-errno "$@" "$here/fuzz.c" "$here/verify.c" \
        "$here/scan.c" "$here/serial.c" "$here/avx2.c" "$here/avx512.c" -lm
}
build -O1 -g1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -o "$made/fuzz"
build -O3 -o "$made/quick"
"$made/fuzz" "${1:-1000}" "${2:-1}" >"$made/said" || { cat "$made/said"; exit 1; }
"$made/quick" "${1:-1000}" "${2:-1}" >"$made/said_too" || { cat "$made/said_too"; exit 1; }
cat "$made/said"
cmp "$made/said" "$made/said_too"

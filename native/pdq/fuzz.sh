#!/bin/sh
# fuzz.sh COUNT SEED: all backends against the serial one under the address and undefined-behaviour sanitizers.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
"${CC:-gcc}" -std=c11 -O1 -g1 -Wall -Wextra -ffp-contract=off -fsanitize=address,undefined \
    -fno-sanitize-recover=all -fno-omit-frame-pointer \
    "$here/fuzz.c" "$here/hash.c" "$here/serial.c" "$here/avx2.c" "$here/avx512.c" "$here/film.c" -lm -o "$made/fuzz"
"$made/fuzz" "${1:-1000}" "${2:-1}"

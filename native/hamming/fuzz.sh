#!/bin/sh
# fuzz.sh COUNT SEED: all backends against plain comparisons under the address and undefined-behaviour sanitizers.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
"${CC:-gcc}" -std=c11 -O1 -g1 -Wall -Wextra -Wno-unused-function -fsanitize=address,undefined \
    -fno-sanitize-recover=all -fno-omit-frame-pointer -I "$here/.." -include "$here/fuzz_knobs.h" \
    "$here/fuzz.c" "$here/serial.c" "$here/avx2.c" "$here/avx512.c" "$here/brute.c" "$here/segment.c" "$here/join.c" \
    -o "$made/fuzz"
"$made/fuzz" "${1:-200}" "${2:-1}"

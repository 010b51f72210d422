#!/bin/sh
# vpdq.sh: builds the vpdq package, which `havre bench video` measures against, into build/vpdq and nowhere else.
# It is built from source against Debian's FFmpeg: apt-get install cmake g++ pkg-config libavcodec-dev libavdevice-dev
# libavfilter-dev libavformat-dev libavutil-dev libswresample-dev libswscale-dev
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
for library in libavcodec libavdevice libavfilter libavformat libavutil libswresample libswscale; do
    pkg-config --exists "$library" || { echo "$library-dev is missing: install the packages named in $0" >&2; exit 1; }
done
"$here/.venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-binary vpdq --target "$here/build/vpdq" \
    vpdq==0.2.5

#!/usr/bin/env bash
# A 64-bit Raspberry Pi's Debian in a folder, with the skill installed: tests/arm64/build_root.sh WHEEL FOLDER
# Packages are unpacked, not configured, so that no emulated installer has to run.
set -euo pipefail
wheel=$(realpath "$1")
root=$2

for tool in debootstrap qemu-aarch64-static dpkg; do
    command -v "$tool" >/dev/null || {
        echo "$tool is missing. Run: sudo apt install debootstrap qemu-user-static" >&2
        exit 1
    }
done

if [ ! -x "$root/usr/bin/python3.11" ]; then
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1)
    debootstrap --arch=arm64 --foreign --variant=minbase --include=python3,libportaudio2,libstdc++6,libgomp1,libatomic1 \
        bookworm "$root" "$mirror" >"$root.log" 2>&1 || { tail -n 5 "$root.log" >&2; exit 1; }
    for package in "$root"/var/cache/apt/archives/*.deb; do
        dpkg -x "$package" "$root"
    done
    rm -rf "$root"/var/cache/apt/archives/*.deb "$root.log"
fi

# The wheels that pip would choose on the Pi: Debian 12 there has glibc 2.36. One dependency of vosk, srt, comes as
# source only; it is pure Python, so its wheel may be made here.
site="$root/opt/voice-skill"
wheels=$(mktemp -d)
trap 'rm -rf "$wheels"' EXIT
python3 -m pip wheel -q --no-deps srt -w "$wheels"
platforms=(--platform manylinux2014_aarch64)
for minor in $(seq 17 36); do
    platforms+=(--platform "manylinux_2_${minor}_aarch64")
done
rm -rf "$site"
python3 -m pip install -q --target "$site" --find-links "$wheels" --only-binary=:all: --python-version 3.11 \
    --implementation cp --abi cp311 --abi abi3 --abi none "${platforms[@]}" "$wheel"
echo "$root"

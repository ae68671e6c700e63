#!/bin/sh
# Writes a base image of this machine's shell and libraries and of a Java runtime: for tests on machines that reach no registry.
#   local-base.sh RUNTIME-FOLDER OUTPUT.tar
set -eu
umask 022

runtime=$1
output=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
java=/opt/java/openjdk
mkdir -p "$root$java" "$root/bin" "$root/tmp"
chmod 755 "$root"
chmod 1777 "$root/tmp"
cp -R "$runtime/." "$root$java"
# The runtime has the modes of the umask that it was made with.
chmod -R u=rwX,go=rX "$root$java"
cp -L /bin/sh "$root/bin/sh"

# The libraries that the programs name, and the loader, at their own paths.
find "$root$java" "$root/bin" -name '*.so' -o -path '*/bin/*' -type f | while read -r program; do
  ldd "$program" 2> /dev/null || true
done | sed -n 's/.*=> //; s/^[[:space:]]*\(\/[^ ]*\) (0x.*/\1/p' | grep -v "^$root" | sort -u |
  while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
  done

tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 --mode=go-w -cf "$work/layer.tar" -C "$root" .
case $(uname -m) in
  aarch64 | arm64) architecture=arm64 ;;
  *) architecture=amd64 ;;
esac
cat > "$work/config.json" << JSON
{"architecture": "$architecture", "os": "linux", "config": {"Env": ["PATH=$java/bin:/bin"]},
 "rootfs": {"type": "layers", "diff_ids": ["sha256:$(sha256sum "$work/layer.tar" | cut -d ' ' -f 1)"]}}
JSON
echo '[{"Config": "config.json", "RepoTags": ["local-base:latest"], "Layers": ["layer.tar"]}]' > "$work/manifest.json"
tar -cf "$output" -C "$work" manifest.json config.json layer.tar

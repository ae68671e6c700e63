#!/usr/bin/env bash
# Measures what docs/performance.md shows between its markers, and writes it there. Without arguments: all.
#   run.sh jmh     the core, the formats, the names: JMH
#   run.sh archive an archive of a million messages: listed, read, filtered, and published again
#   run.sh growth  what a message costs when there is a hundred times as much of all else
#   run.sh e2e     through the real storage clients, against the bare SDKs and against 20 ms
#   run.sh start   from the start of a JVM to the first durable message, against the bare SDKs
#   run.sh peers   from Kafka to Cloud Storage, against Apache Camel
set -euo pipefail
home=$(cd "$(dirname "$0")/.." && pwd -P)
part=${1:-all}
case $part in
  all | jmh | e2e | archive | growth | start | peers) ;;
  *)
    echo "run.sh: \"$part\" is no part; use jmh, e2e, archive, growth, start, peers or nothing" >&2
    exit 2
    ;;
esac

(cd "$home" && mvn -B -q package -pl persistor-benchmarks -am -Dmaven.test.skip=true -Dmaven.javadoc.skip=true \
  -Dmaven.source.skip=true -Dspotless.check.skip=true)
jar=$home/persistor-benchmarks/target/persistor-benchmarks.jar
out=$home/persistor-benchmarks/target/measured
mkdir -p "$out"

# Replaces what is between the markers of a part by a file.
put() {
  awk -v part="$1" -v file="$2" '
    $0 == "<!-- measured: " part " -->" { print; while ((getline line < file) > 0) print line; skip = 1; next }
    $0 == "<!-- end: " part " -->" { skip = 0 }
    !skip { print }
  ' "$home/docs/performance.md" > "$out/performance.md"
  mv "$out/performance.md" "$home/docs/performance.md"
}

# Linux tells more of the machine than others do.
machine() {
  local kind load
  kind=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2> /dev/null | head -n 1)
  load=$(cut -d' ' -f1 /proc/loadavg 2> /dev/null || echo unknown)
  echo
  echo "${kind:-$(uname -m)}, $(getconf _NPROCESSORS_ONLN) cores," \
    "$(java -version 2>&1 | sed -n 's/.*version "\([^"]*\)".*/Java \1/p'), $(uname -s), $(date -u +%Y-%m-%d)," \
    "load $load when it began."
  echo
}

if [ "$part" = all ] || [ "$part" = jmh ]; then
  machine > "$out/jmh.md"
  java -cp "$jar" dev.persistor.benchmarks.CoreTable "$out/jmh.log" >> "$out/jmh.md"
  echo >> "$out/jmh.md"
  put jmh "$out/jmh.md"
fi
if [ "$part" = all ] || [ "$part" = e2e ]; then
  machine > "$out/e2e.md"
  java -Xmx2g -Dpersistor.azurite.home="$home/persistor-testkit/azurite" -cp "$jar" \
    dev.persistor.benchmarks.EndToEnd >> "$out/e2e.md"
  echo >> "$out/e2e.md"
  put e2e "$out/e2e.md"
fi
if [ "$part" = all ] || [ "$part" = archive ]; then
  machine > "$out/archive.md"
  java -Xmx256m -cp "$jar" dev.persistor.benchmarks.ArchiveScale >> "$out/archive.md"
  java -Xmx256m -cp "$jar" dev.persistor.benchmarks.ReplayScale >> "$out/archive.md"
  echo >> "$out/archive.md"
  put archive "$out/archive.md"
fi
if [ "$part" = all ] || [ "$part" = growth ]; then
  machine > "$out/growth.md"
  java -Xmx256m -cp "$jar" dev.persistor.benchmarks.Growth >> "$out/growth.md"
  echo >> "$out/growth.md"
  put growth "$out/growth.md"
fi
if [ "$part" = all ] || [ "$part" = start ]; then
  # The jars that the bare SDKs bring, of the versions that Persistor has.
  for sdk in gcp:libraries-bom azure:azure-sdk-bom; do
    bom=${sdk#*:}.version
    sdk=${sdk%:*}
    rm -rf "$out/sdk/$sdk"
    mvn -B -q -f "$home/persistor-benchmarks/src/sdk/$sdk/pom.xml" dependency:copy-dependencies \
      -D"$bom=$(sed -n "s/.*<$bom>\(.*\)<\/$bom>.*/\1/p" "$home/pom.xml")" \
      -DincludeScope=runtime -DoutputDirectory="$out/sdk/$sdk"
  done
  rm -rf "$out/start"
  mkdir "$out/start"
  machine > "$out/start.md"
  java -cp "$jar" dev.persistor.benchmarks.StartTime "$home" "$out/sdk" "$out/start" >> "$out/start.md"
  echo >> "$out/start.md"
  put start "$out/start.md"
fi
if [ "$part" = all ] || [ "$part" = peers ]; then
  # What nothing else in the build needs is fetched here alone.
  mvn -B -q package -f "$home/persistor-benchmarks/camel/pom.xml"
  machine > "$out/peers.md"
  java -Xmx2g -cp "$jar" dev.persistor.benchmarks.peers.Peers "$home" "$out" >> "$out/peers.md" 2> "$out/peers.log"
  echo >> "$out/peers.md"
  put peers "$out/peers.md"
fi

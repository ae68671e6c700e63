#!/usr/bin/env bash
# Measures what docs/performance.md shows between its markers, and writes it there. Without arguments: all.
#   run.sh jmh     the core, the formats, the names: JMH
#   run.sh archive an archive of a million messages: listed, read, filtered, and published again
#   run.sh compact 200,000 single messages, merged into batches
#   run.sh dedupe  copies and a checkpoint of a hundred million messages, in a small heap; needs 20 GB for files
#   run.sh shards  a replay that several processes divide, out of a store that is far away
#   run.sh spark   tables and jobs of Spark with two workers, beside Spark's own JSON and beside the command
#   run.sh growth  what a message costs when there is a hundred times as much of all else
#   run.sh e2e     through the real storage clients, against the bare SDKs and against 20 ms
#   run.sh start   from the start of a JVM to the first durable message, against the bare SDKs
#   run.sh latency an archive with an object a message in a store that is 30 ms away; needs 7 GB of memory
#   run.sh explore the explorer's views, of a million messages in batches and 100,000 objects, 30 ms away
#   run.sh peers   from Kafka to Cloud Storage, against Apache Camel
set -euo pipefail
home=$(cd "$(dirname "$0")/.." && pwd -P)
part=${1:-all}
case $part in
  all | jmh | e2e | archive | compact | dedupe | shards | spark | growth | latency | explore | start | peers) ;;
  *)
    echo "run.sh: \"$part\" is no part; use jmh, e2e, archive, compact, dedupe, shards, spark, growth, latency, explore, start, peers or nothing" >&2
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

jmh() {
  java -cp "$jar" dev.persistor.benchmarks.CoreTable "$out/jmh.log"
}

# Installs Azurite unless it is installed.
azurite() {
  (cd "$home" && mvn -B -q process-test-resources -pl persistor-testkit -am -Dspotless.check.skip=true) >&2
}

e2e() {
  azurite
  java -Xmx2g -Dpersistor.azurite.home="$home/persistor-testkit/azurite" -cp "$jar" dev.persistor.benchmarks.EndToEnd
}

archive() {
  java -Xmx256m -cp "$jar" dev.persistor.benchmarks.ArchiveScale
  java -Xmx256m -cp "$jar" dev.persistor.benchmarks.ReplayScale
}

compact() {
  java -Xmx256m -cp "$jar" dev.persistor.benchmarks.CompactionScale
}

dedupe() {
  rm -rf "$out/dedupe"
  mkdir "$out/dedupe"
  java -Xmx512m -Djava.io.tmpdir="$out/dedupe" -cp "$jar" dev.persistor.benchmarks.DedupeScale "$out/dedupe"
  rm -rf "$out/dedupe"
}

shards() {
  rm -rf "$out/shards"
  mkdir "$out/shards"
  java -Xmx512m -cp "$jar" dev.persistor.benchmarks.ShardScale \
    "$home/persistor-standalone/target/persistor-standalone.jar" "$out/shards"
}

spark() {
  rm -rf "$out/spark"
  mkdir "$out/spark"
  (cd "$home" && mvn -B -q package -pl persistor-spark -am -Dmaven.test.skip=true -Dmaven.javadoc.skip=true \
    -Dmaven.source.skip=true -Dspotless.check.skip=true) >&2
  mvn -B -q -f "$home/persistor-benchmarks/spark/pom.xml" package >&2
  java -Xmx3g -cp "$jar" dev.persistor.benchmarks.SparkScale "$(ls -d "$home"/persistor-spark/cluster/target/spark-*)" \
    "$(ls "$home"/persistor-spark/target/persistor-spark-*.jar | grep -v -e tests -e sources -e javadoc)" \
    "$home/persistor-benchmarks/spark/target/queries.jar" "$home/persistor-standalone/target/persistor-standalone.jar" \
    "$out/spark" ${SPARK_MESSAGES:+"$SPARK_MESSAGES"} ${SPARK_MESSAGES:+${SPARK_SINGLE_MESSAGES:+"$SPARK_SINGLE_MESSAGES"}}
  rm -rf "$out/spark"
}

growth() {
  java -Xmx256m -cp "$jar" dev.persistor.benchmarks.Growth
}

latency() {
  azurite
  java -Xmx256m -Dpersistor.azurite.home="$home/persistor-testkit/azurite" -cp "$jar" \
    dev.persistor.benchmarks.LatencyScale
}

explore() {
  rm -rf "$out/explore"
  mkdir "$out/explore"
  java -Xmx1g -cp "$jar" dev.persistor.benchmarks.ExploreScale \
    "$home/persistor-standalone/target/persistor-standalone.jar" "$out/explore"
}

start() {
  local sdk bom
  # The jars that the bare SDKs bring, of the versions that Persistor has.
  for sdk in gcp:libraries-bom azure:azure-sdk-bom; do
    bom=${sdk#*:}.version
    sdk=${sdk%:*}
    rm -rf "$out/sdk/$sdk"
    mvn -B -q -f "$home/persistor-benchmarks/src/sdk/$sdk/pom.xml" dependency:copy-dependencies \
      -D"$bom=$(sed -n "s/.*<$bom>\(.*\)<\/$bom>.*/\1/p" "$home/pom.xml")" \
      -DincludeScope=runtime -DoutputDirectory="$out/sdk/$sdk" >&2
  done
  rm -rf "$out/start"
  mkdir "$out/start"
  java -cp "$jar" dev.persistor.benchmarks.StartTime "$home" "$out/sdk" "$out/start"
}

peers() {
  # What nothing else in the build needs is fetched here alone.
  mvn -B -q package -f "$home/persistor-benchmarks/camel/pom.xml" >&2
  java -Xmx2g -cp "$jar" dev.persistor.benchmarks.peers.Peers "$home" "$out" 2> "$out/peers.log"
}

for each in jmh e2e archive compact dedupe shards spark growth latency explore start peers; do
  if [ "$part" = all ] || [ "$part" = "$each" ]; then
    machine > "$out/$each.md"
    "$each" >> "$out/$each.md"
    echo >> "$out/$each.md"
    put "$each" "$out/$each.md"
  fi
done

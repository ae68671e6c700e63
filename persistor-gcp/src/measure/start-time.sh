#!/usr/bin/env bash
# Measures what the slim class path is worth: its size, and the time from the start of the JVM to the first stored object.
# Compares target/deployment with the whole closure of google-cloud-storage, against the testkit's server on 127.0.0.1.
#   mvn -B package -pl persistor-gcp -am -DskipTests && persistor-gcp/src/measure/start-time.sh
set -euo pipefail
cd "$(dirname "$0")/../.."

BOM=26.76.0
ROUNDS=7
lib=target/deployment/lib
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT
mkdir "$work/classes"

# The whole closure, as Maven resolves it without an exclusion.
cat > "$work/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>measure</groupId><artifactId>closure</artifactId><version>1</version><packaging>pom</packaging>
  <dependencyManagement><dependencies><dependency>
    <groupId>com.google.cloud</groupId><artifactId>libraries-bom</artifactId><version>$BOM</version>
    <type>pom</type><scope>import</scope>
  </dependency></dependencies></dependencyManagement>
  <dependencies><dependency>
    <groupId>com.google.cloud</groupId><artifactId>google-cloud-storage</artifactId>
  </dependency></dependencies>
</project>
POM
mvn -B -q -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
  -DincludeScope=runtime -DoutputDirectory="$work/closure"

cat > "$work/FirstObject.java" <<'JAVA'
import dev.persistor.core.store.*;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.Map;

class FirstObject {
    public static void main(String[] args) {
        try (BlobStore store = BlobStores.open(URI.create("gs://archive"), System.getenv())) {
            store.put(Blob.of(BlobName.of(args[0]), new byte[1024], "application/octet-stream", BlobMetadata.empty()));
            long stored = System.currentTimeMillis(); // read before the management classes cost time
            System.out.println(stored - ManagementFactory.getRuntimeMXBean().getStartTime());
        }
    }
}

class Server {
    public static void main(String[] args) throws Exception {
        System.out.println(dev.persistor.testkit.GcsServer.start().endpoint());
    }
}
JAVA

# A jar, since AppCDS takes no folders; with our classes, since the manifest of ours would bring lib along.
testkit=$(ls ../persistor-testkit/target/persistor-testkit-*.jar | grep -v -e sources -e javadoc)
(cd "$work/classes" && jar xf "$OLDPWD"/target/deployment/persistor-gcp-*.jar)
javac -d "$work/classes" -cp "$work/classes:$lib/*:$testkit" "$work/FirstObject.java"
jar cf "$work/app.jar" -C "$work/classes" .

slim=$work/app.jar
full=$work/app.jar
for jar in "$lib"/*.jar; do
  slim+=:$jar
  # Of lib, the whole closure needs what is not Google's: the core, the log and their like.
  [ -e "$work/closure/${jar##*/}" ] || full+=:$jar
done
for jar in "$work"/closure/*.jar; do
  full+=:$jar
done

size() { # NAME JARS...
  local name=$1
  shift
  echo "| $name | $# | $(cat "$@" | wc -c | awk '{ printf "%.1f", $1 / 1e6 }') |"
}

java -cp "$work/app.jar:$lib/*:$testkit" Server > "$work/endpoint" &
server=$!
for _ in $(seq 100); do
  [ -s "$work/endpoint" ] && break
  sleep 0.1
done
STORAGE_EMULATOR_HOST=$(cat "$work/endpoint")
export STORAGE_EMULATOR_HOST

names=0
first() { # CLASSPATH FLAGS...
  names=$((names + 1))
  java "${@:2}" -cp "$1" FirstObject "object-$names"
}

# Each recording run is a warm-up of its class path, too.
first "$full" -XX:ArchiveClassesAtExit="$work/full.jsa" > "$work/log" 2>&1
first "$slim" -XX:ArchiveClassesAtExit="$work/slim.jsa" > "$work/log" 2>&1

# Round by round, so that what else the machine does falls on all alike.
for _ in $(seq $ROUNDS); do
  for path in full slim; do
    cds=-XX:SharedArchiveFile=$work/$path.jsa
    first "${!path}" >> "$work/$path.1"
    first "${!path}" -XX:TieredStopAtLevel=1 >> "$work/$path.2"
    first "${!path}" "$cds" >> "$work/$path.3"
    first "${!path}" "$cds" -XX:TieredStopAtLevel=1 >> "$work/$path.4"
  done
done

median() { sort -n "$1" | sed -n "$(((ROUNDS + 1) / 2))p"; }
row() { echo "| $1 | $(median "$work/$2.1") | $(median "$work/$2.2") | $(median "$work/$2.3") | $(median "$work/$2.4") |"; }

echo "$(nproc) cores, $(java -version 2>&1 | sed -n 2p)"
printf '\n| class path | jars | MB |\n|---|---|---|\n'
size "whole closure of google-cloud-storage" "$work"/closure/*.jar
size "target/deployment, with Persistor" target/deployment/*.jar "$lib"/*.jar
printf '\n| milliseconds, median of %s | default | C1 only | AppCDS | AppCDS and C1 only |\n|---|---|---|---|---|\n' $ROUNDS
row "whole closure" full
row "target/deployment" slim

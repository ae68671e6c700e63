#!/usr/bin/env bash
# Measures what the slim class path is worth: its size, and the time from the start of the JVM to the first stored object.
# Compares target/deployment with the whole closure of google-cloud-storage, against the testkit's server on 127.0.0.1.
#   mvn -B package -pl persistor-gcp -am -DskipTests && persistor-gcp/src/measure/start-time.sh
set -euo pipefail
cd "$(dirname "$0")/../.."

lib=target/deployment/lib
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT
mkdir "$work/classes"

. ../persistor-testkit/src/measure/start-time.bash

resolve com.google.cloud:libraries-bom:26.76.0 com.google.cloud:google-cloud-storage

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

java -cp "$work/app.jar:$lib/*:$testkit" Server > "$work/endpoint" &
server=$!
for _ in $(seq 100); do
  [ -s "$work/endpoint" ] && break
  sleep 0.1
done
STORAGE_EMULATOR_HOST=$(cat "$work/endpoint")
export STORAGE_EMULATOR_HOST

names=0
run() { # PATH FLAGS...
  names=$((names + 1))
  java "${@:2}" -cp "${!1}" FirstObject "object-$names"
}
record full slim
measure full slim

machine
sizes
size "whole closure of google-cloud-storage" "$work"/closure/*.jar
size "target/deployment, with Persistor" target/deployment/*.jar "$lib"/*.jar
times
row "whole closure" full
row "target/deployment" slim

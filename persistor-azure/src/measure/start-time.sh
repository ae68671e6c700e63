#!/usr/bin/env bash
# Measures what the slim class path is worth: its size, and the time from the start of the JVM to the first stored blob.
# Compares target/azure-functions/persistor, whose client speaks over the JDK's HTTP client, with the whole closure of
# azure-storage-blob and azure-identity, whose client speaks over Netty, against Azurite on 127.0.0.1.
# Azure's jars are signed, and AppCDS takes none that is; so copies without signatures are measured beside them.
#   npm ci --prefix persistor-testkit/azurite
#   mvn -B package -pl persistor-azure -am -DskipTests && persistor-azure/src/measure/start-time.sh
set -euo pipefail
cd "$(dirname "$0")/../.."

app=target/azure-functions/persistor
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || { kill "$server"; wait "$server"; } 2> /dev/null; rm -rf "$work"' EXIT
mkdir "$work/classes"
. ../persistor-testkit/src/measure/start-time.bash

resolve com.azure:azure-sdk-bom:1.3.6 com.azure:azure-storage-blob com.azure:azure-identity

cat > "$work/FirstBlob.java" <<'JAVA'
import com.azure.storage.blob.*;
import dev.persistor.azure.AzureBlobStore;
import dev.persistor.core.store.*;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.*;

/** Through the client that Persistor builds. */
class FirstBlob {
    public static void main(String[] args) {
        put(BlobStores.open(URI.create(System.getenv("PERSISTOR_STORE")), System.getenv()), args[0]);
        System.exit(0);
    }

    static void put(BlobStore store, String name) {
        store.put(Blob.of(BlobName.of(name), new byte[1024], "application/octet-stream", BlobMetadata.empty()));
        long stored = System.currentTimeMillis(); // read before the management classes cost time
        System.out.println(stored - ManagementFactory.getRuntimeMXBean().getStartTime());
    }
}

/** Through the client as it comes, with what it finds on the class path: Netty. */
class FirstBlobByDefault {
    public static void main(String[] args) {
        BlobServiceClient client = new BlobServiceClientBuilder()
                .connectionString(System.getenv("AZURE_STORAGE_CONNECTION_STRING"))
                .buildClient();
        FirstBlob.put(AzureBlobStore.over(client.getBlobContainerClient("archive"), ""), args[0]);
        System.exit(0);
    }
}

class Server {
    public static void main(String[] args) throws Exception {
        var azurite = dev.persistor.testkit.Azurite.start();
        new BlobServiceClientBuilder()
                .connectionString(azurite.connectionString())
                .buildClient()
                .createBlobContainer("archive");
        System.out.println(azurite.endpoint() + "/archive");
        System.out.println(azurite.connectionString());
        Thread.currentThread().join();
    }
}
/** Removes the signatures of jars. */
class Unsigned {
    public static void main(String[] jars) throws Exception {
        for (String jar : jars) {
            try (FileSystem zip = FileSystems.newFileSystem(Path.of(jar));
                    var files = Files.newDirectoryStream(zip.getPath("META-INF"), "*.{SF,RSA,DSA,EC}")) {
                for (Path signature : files) {
                    Files.delete(signature);
                }
            }
        }
    }
}
JAVA

# A jar, since AppCDS takes no folders; with our classes, so that both class paths have the same ones.
testkit=$(ls ../persistor-testkit/target/persistor-testkit-*.jar | grep -v -e sources -e javadoc)
(cd "$work/classes" && jar xf "$OLDPWD/$app"/persistor-azure-*.jar)
javac -d "$work/classes" -cp "$work/classes:$app/lib/*:$testkit" "$work/FirstBlob.java"
jar cf "$work/app.jar" -C "$work/classes" .

# Of lib, the whole closure needs what is not Azure's: the core, the log and their like.
mkdir "$work/rest"
for jar in "$app"/lib/*.jar; do
  case ${jar##*/} in
    azure-core-http-jdk-httpclient-*) ;;
    *) [ -e "$work/closure/${jar##*/}" ] || cp "$jar" "$work/rest" ;;
  esac
done
mkdir "$work/unsigned"
cp -r "$work/closure" "$work/rest" "$app/lib" "$work/unsigned"
java -cp "$work/app.jar" Unsigned "$work"/unsigned/*/*.jar

# Without wildcards, since AppCDS takes none.
path() { # JARS...
  (IFS=: && echo "$work/app.jar:$*")
}
full=$(path "$work"/rest/*.jar "$work"/closure/*.jar)
slim=$(path "$app"/lib/*.jar)
full_unsigned=$(path "$work"/unsigned/rest/*.jar "$work"/unsigned/closure/*.jar)
slim_unsigned=$(path "$work"/unsigned/lib/*.jar)

java -Dpersistor.azurite.home=../persistor-testkit/azurite -cp "$work/app.jar:$app/lib/*:$testkit" Server \
  > "$work/store" 2> "$work/log" &
server=$!
for _ in $(seq 600); do
  [ "$(wc -l < "$work/store")" -eq 2 ] && break
  kill -0 "$server"
  sleep 0.1
done
PERSISTOR_STORE=$(sed -n 1p "$work/store")
AZURE_STORAGE_CONNECTION_STRING=$(sed -n 2p "$work/store")
export PERSISTOR_STORE AZURE_STORAGE_CONNECTION_STRING

names=0
run() { # PATH FLAGS...
  names=$((names + 1))
  local main=FirstBlob
  [ "$1" = "${1#full}" ] || main=FirstBlobByDefault
  java "${@:2}" -cp "${!1}" "$main" "blob-$names"
}
record full_unsigned slim_unsigned
measure full slim full_unsigned slim_unsigned

machine
sizes
size "whole closure of azure-storage-blob and azure-identity" "$work"/closure/*.jar
size "target/azure-functions/persistor, with Persistor" "$app"/*.jar "$app"/lib/*.jar
times
row "whole closure, over Netty" full
row "the same without signatures" full_unsigned
row "target/azure-functions/persistor, over the JDK's client" slim
row "the same without signatures" slim_unsigned

package dev.persistor.dist;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.JsonPointerBasedFilter;
import com.fasterxml.jackson.core.filter.TokenFilter.Inclusion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * An image as the build writes it, with its layers unpacked.
 *
 * @param root the folder that is the container's file system
 * @param config the settings, in JSON
 */
record ContainerImage(Path root, String config) {

    static ContainerImage unpack(Path tar, Path folder) throws IOException, InterruptedException {
        Path image = Files.createDirectory(folder.resolve("image"));
        Path root = Files.createDirectory(folder.resolve("root"));
        Distribution.run("tar", "-xf", tar.toString(), "-C", image.toString());
        String manifest = Files.readString(image.resolve("manifest.json"));
        for (String layer : texts(manifest, "/0/Layers")) {
            Distribution.run("tar", "-xpf", image.resolve(layer).toString(), "-C", root.toString());
        }
        return new ContainerImage(
                root,
                Files.readString(image.resolve(texts(manifest, "/0/Config").get(0))));
    }

    /** Returns the texts at a place of the settings, in their order. */
    List<String> settings(String pointer) throws IOException {
        return texts(config, pointer);
    }

    private static List<String> texts(String json, String pointer) throws IOException {
        List<String> texts = new ArrayList<>();
        try (JsonParser parser = new FilteringParserDelegate(
                new JsonFactory().createParser(json),
                new JsonPointerBasedFilter(JsonPointer.compile(pointer)),
                Inclusion.ONLY_INCLUDE_ALL,
                false)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken().isScalarValue()) {
                    texts.add(parser.getText());
                }
            }
        }
        return texts;
    }

    List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(root.resolve("app"))) {
            return files.toList();
        }
    }

    /**
     * Returns how to run its command as a container engine does: in its file system, which is read-only except for /tmp, and as its user.
     * That needs the rights of root. The volume is a folder below /tmp of this machine, and has the same path there.
     */
    ProcessBuilder confined(Path volume) throws IOException {
        Files.createDirectories(root.resolve("proc"));
        Files.createDirectories(root.resolve("dev"));
        ProcessBuilder builder = new ProcessBuilder(
                "unshare",
                "--mount",
                "sh",
                "-euc",
                """
                chroot=$(command -v chroot)
                user=$1 path=$2 root=$3 volume=$4
                shift 4
                mount --bind "$root" "$root"
                mount --bind /proc "$root/proc"
                mount --bind /dev "$root/dev"
                mount -o remount,bind,ro "$root"
                mount -t tmpfs tmpfs "$root/tmp"
                mkdir -p "$root$volume"
                mount --bind "$volume" "$root$volume"
                PATH=$path
                exec "$chroot" --userspec="$user" "$root" "$@"
                """,
                "sh",
                settings("/config/User").get(0),
                variable("PATH"),
                root.toString(),
                volume.toString());
        builder.command().addAll(command());
        for (String variable : settings("/config/Env")) {
            if (!variable.startsWith("PATH=")) {
                builder.environment()
                        .put(variable.replaceFirst("=.*", ""), variable.substring(variable.indexOf('=') + 1));
            }
        }
        return builder;
    }

    /** Returns how to run its command without any rights: with the Java of this machine, on the files in the unpacked folder. */
    ProcessBuilder unconfined() throws IOException {
        List<String> command = new ArrayList<>(command());
        command.replaceAll(word -> word.replaceFirst("^(@?)/(app|etc)/", "$1" + root + "/$2/"));
        Collections.replaceAll(
                command,
                "java",
                Path.of(System.getProperty("java.home"), "bin", "java").toString());
        return new ProcessBuilder(command);
    }

    private List<String> command() throws IOException {
        List<String> command = new ArrayList<>(settings("/config/Entrypoint"));
        command.addAll(settings("/config/Cmd"));
        return command;
    }

    private String variable(String name) throws IOException {
        return settings("/config/Env").stream()
                .filter(variable -> variable.startsWith(name + "="))
                .findFirst()
                .orElseThrow()
                .substring(name.length() + 1);
    }
}

package dev.persistor.dist;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes THIRD-PARTY.txt: each library with its licence, as the page of dependencies names it, and the texts that the licence requires.
 * Those are the files in the library's jar. A jar without any gets the copyright line in holders.txt and the text of the licence.
 *
 * <p>Not thread-safe.
 */
final class ThirdPartyNotices {

    private static final Pattern ROW = Pattern.compile("\\| `(?<jar>[^`]+)` \\| [^|]+ \\| (?<licence>[^|]+) \\|.*");
    private static final Pattern TEXT = Pattern.compile("(.*/)?(LICEN[CS]E|NOTICE|COPYING)[^/]*");
    private static final String LINE = "-".repeat(80) + "\n";

    private final Map<String, String> licences;
    private final StringBuilder notices = new StringBuilder();
    /** Which jar has a text already: many have the same. */
    private final Map<String, String> firstJars = new TreeMap<>();

    private ThirdPartyNotices(Map<String, String> licences) {
        this.licences = licences;
    }

    /** Takes the page of dependencies, the folder of jars, and the file to write. */
    public static void main(String[] arguments) throws IOException {
        ThirdPartyNotices notices = new ThirdPartyNotices(licences(Path.of(arguments[0])));
        notices.notices.append("The libraries in lib, their licences, and the notices that come with them.\n");
        try (Stream<Path> files = Files.list(Path.of(arguments[1]))) {
            for (Path jar : files.sorted().toList()) {
                notices.add(jar);
            }
        }
        Files.writeString(Path.of(arguments[2]), notices.notices);
    }

    /** Returns the licence of each jar in the tables of the page. */
    static Map<String, String> licences(Path page) throws IOException {
        Map<String, String> licences = new TreeMap<>();
        for (String line : Files.readAllLines(page)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                licences.put(row.group("jar"), row.group("licence").strip());
            }
        }
        return licences;
    }

    private void add(Path file) throws IOException {
        String name = file.getFileName().toString().replaceFirst("\\.jar$", "");
        if (name.startsWith("persistor-")) {
            return;
        }
        String licence = licences.get(name);
        if (licence == null) {
            throw new IllegalStateException("docs/dependencies.md has no row for " + name + ": add it");
        }
        notices.append('\n')
                .append(LINE)
                .append(name)
                .append("\nLicence: ")
                .append(licence)
                .append('\n');
        List<String> texts = texts(file);
        if (texts.isEmpty()) {
            standardText(name, licence).ifPresent(texts::add);
        }
        texts.forEach(text -> append(name, text));
    }

    private void append(String name, String text) {
        String first = firstJars.putIfAbsent(text, name);
        notices.append('\n').append(first == null ? text : "As in " + first + ".\n");
    }

    private static List<String> texts(Path file) throws IOException {
        List<String> texts = new ArrayList<>();
        try (JarFile jar = new JarFile(file.toFile())) {
            for (JarEntry entry : Collections.list(jar.entries())) {
                if (!entry.isDirectory()
                        && TEXT.matcher(entry.getName().toUpperCase(Locale.ROOT))
                                .matches()
                        && !entry.getName().endsWith(".class")) {
                    try (InputStream content = jar.getInputStream(entry)) {
                        String text = new String(content.readAllBytes(), StandardCharsets.UTF_8);
                        texts.add(text.replace("\r\n", "\n").strip() + "\n");
                    }
                }
            }
        }
        return texts;
    }

    /** The text of the Apache licence is in LICENSE, beside this file. */
    private static Optional<String> standardText(String name, String licence) throws IOException {
        if (List.of(licence.split(" OR ")).contains("Apache-2.0")) {
            return Optional.empty();
        }
        for (String line : resource("holders.txt").lines().toList()) {
            int space = line.indexOf(' ');
            if (name.startsWith(line.substring(0, space))) {
                return Optional.of(line.substring(space + 1) + "\n\n" + resource(licence + ".txt"));
            }
        }
        throw new IllegalStateException(name + " is licensed under " + licence
                + " and its jar has no licence file: add its copyright line to holders.txt");
    }

    private static String resource(String name) throws IOException {
        try (InputStream text = Objects.requireNonNull(ThirdPartyNotices.class.getResourceAsStream(name), name)) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

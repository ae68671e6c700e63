package dev.persistor.standalone.deploy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the container's file says, instruction by instruction. */
record Dockerfile(List<String> lines) {

    static final Path PATH = Path.of("../deploy/container/Dockerfile");

    static Dockerfile read() throws IOException {
        return new Dockerfile(Files.readAllLines(PATH));
    }

    /** Returns what stands behind each instruction of this name. */
    List<String> all(String instruction) {
        return lines.stream()
                .filter(line -> line.startsWith(instruction + " "))
                .map(line -> line.substring(instruction.length()).strip())
                .toList();
    }

    /** Returns the words of an instruction that there is once, in its JSON form. */
    List<String> words(String instruction) throws IOException {
        List<String> words = new ArrayList<>();
        try (JsonParser json = new JsonFactory().createParser(all(instruction).get(0))) {
            json.nextToken();
            while (json.nextToken() == JsonToken.VALUE_STRING) {
                words.add(json.getText());
            }
        }
        return words;
    }
}

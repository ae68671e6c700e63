package dev.persistor.standalone.deploy;

import dev.persistor.standalone.deploy.Hcl.Block;
import dev.persistor.standalone.deploy.Hcl.Kind;
import dev.persistor.standalone.deploy.Hcl.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All files of a folder of Terraform, and what refers to what in them. */
record TerraformModule(List<Block> blocks) {

    /** Names that are there without a declaration. */
    private static final Set<String> GIVEN = Set.of("each", "count", "path", "self", "terraform");

    static TerraformModule read(Path folder) throws IOException {
        List<Block> blocks = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".tf")).toList()) {
                try {
                    blocks.addAll(Hcl.parse(Files.readString(file)).blocks());
                } catch (IllegalArgumentException e) {
                    throw new AssertionError(file + ", " + e.getMessage(), e);
                }
            }
        }
        return new TerraformModule(blocks);
    }

    /** Returns the blocks of a type, such as resource, at the top. */
    Stream<Block> all(String type) {
        return blocks.stream().filter(block -> block.type().equals(type));
    }

    /** Returns the resources of a type, such as google_storage_bucket. */
    Stream<Block> resources(String type) {
        return all("resource").filter(block -> block.labels().get(0).equals(type));
    }

    /** Returns everything that may be referred to, by the name that refers to it. */
    Set<String> declared() {
        Set<String> declared = new TreeSet<>();
        all("variable").forEach(block -> declared.add("var." + block.labels().get(0)));
        all("locals").forEach(block -> block.attributes().keySet().forEach(name -> declared.add("local." + name)));
        all("data").forEach(block -> declared.add("data." + String.join(".", block.labels())));
        all("resource").forEach(block -> declared.add(String.join(".", block.labels())));
        return declared;
    }

    /** Returns everything that is referred to, with the line of one place. */
    Map<String, Integer> referred() {
        Map<String, Integer> referred = new LinkedHashMap<>();
        for (Block block : blocks) {
            Set<String> known = new HashSet<>(GIVEN);
            block.all()
                    .filter(inner -> inner.type().equals("dynamic"))
                    .forEach(inner -> known.add(inner.labels().get(0)));
            block.expressions().forEach(expression -> collect(expression, known, referred));
        }
        return referred;
    }

    private static void collect(List<Token> tokens, Set<String> outer, Map<String, Integer> referred) {
        Set<String> known = loopVariables(tokens);
        known.addAll(outer);
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            collect(token.inner(), known, referred);
            boolean begins =
                    token.kind() == Kind.NAME && (i == 0 || !tokens.get(i - 1).is("."));
            if (begins && i + 2 < tokens.size() && tokens.get(i + 1).is(".") && !known.contains(token.text())) {
                int parts = token.text().equals("data") ? 3 : 2;
                String name = tokens.subList(i, Math.min(i + 2 * parts - 1, tokens.size())).stream()
                        .map(Token::text)
                        .collect(Collectors.joining());
                referred.putIfAbsent(name, token.line());
            }
        }
    }

    /** The names between {@code for} and {@code in}. */
    private static Set<String> loopVariables(List<Token> tokens) {
        Set<String> names = new HashSet<>();
        boolean declares = false;
        for (Token token : tokens) {
            if (token.kind() == Kind.NAME && token.text().equals("for")) {
                declares = true;
            } else if (token.kind() == Kind.NAME && token.text().equals("in")) {
                declares = false;
            } else if (declares && token.kind() == Kind.NAME) {
                names.add(token.text());
            }
        }
        return names;
    }
}

package dev.persistor.standalone.deploy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The structure of a Terraform file: its blocks, their attributes, and the tokens of each expression. It evaluates nothing. A file that
 * is not of this grammar is refused with its line; here-documents are not of it.
 */
final class Hcl {

    /** What a token is. A text has the tokens of its interpolations. */
    enum Kind {
        NAME,
        NUMBER,
        TEXT,
        SIGN,
        NEWLINE
    }

    /** A token with its line. */
    record Token(Kind kind, String text, List<Token> inner, int line) {

        boolean is(String sign) {
            return kind == Kind.SIGN && text.equals(sign);
        }
    }

    /** A block, such as {@code resource "type" "name" {...}}. */
    record Block(String type, List<String> labels, Map<String, List<Token>> attributes, List<Block> blocks, int line) {

        /** Returns all tokens of all expressions, those of inner blocks too. */
        Stream<List<Token>> expressions() {
            return Stream.concat(attributes.values().stream(), blocks.stream().flatMap(Block::expressions));
        }

        /** Returns this block and all blocks in it. */
        Stream<Block> all() {
            return Stream.concat(Stream.of(this), blocks.stream().flatMap(Block::all));
        }

        /** Returns the text of an attribute, without blanks; empty if it is not there. */
        String text(String attribute) {
            StringBuilder text = new StringBuilder();
            attributes.getOrDefault(attribute, List.of()).forEach(token -> text.append(token.text()));
            return text.toString();
        }
    }

    private static final List<String> SIGNS = List.of("==", "!=", "<=", ">=", "&&", "||", "=>", "...");

    private final String text;
    private int at;
    private int line = 1;

    private Hcl(String text) {
        this.text = text;
    }

    /** Returns a file's blocks, as the blocks of one without a type. */
    static Block parse(String text) {
        Parser parser = new Parser(new Hcl(text).tokens("\0"));
        Block file = parser.body("", List.of(), 1);
        if (parser.at < parser.tokens.size()) {
            throw parser.unexpected();
        }
        return file;
    }

    /** Reads tokens up to a sign that ends them outside of all brackets. */
    private List<Token> tokens(String end) {
        List<Token> tokens = new ArrayList<>();
        int depth = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (depth == 0 && end.charAt(0) == c) {
                at++;
                return tokens;
            }
            if (c == '\n') {
                tokens.add(new Token(Kind.NEWLINE, "\n", List.of(), line++));
                at++;
            } else if (Character.isWhitespace(c)) {
                at++;
            } else if (c == '#' || text.startsWith("//", at)) {
                int newline = text.indexOf('\n', at);
                at = newline < 0 ? text.length() : newline;
            } else if (c == '"') {
                tokens.add(quoted());
            } else if (Character.isLetter(c) || c == '_') {
                tokens.add(run(Kind.NAME, "_-"));
            } else if (Character.isDigit(c)) {
                tokens.add(run(Kind.NUMBER, "."));
            } else {
                depth += "{[(".indexOf(c) >= 0 ? 1 : "}])".indexOf(c) >= 0 ? -1 : 0;
                tokens.add(sign());
            }
        }
        if (!end.equals("\0")) {
            throw new IllegalArgumentException("line " + line + ": an interpolation is not closed");
        }
        return tokens;
    }

    private Token run(Kind kind, String also) {
        int begin = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || also.indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        return new Token(kind, text.substring(begin, at), List.of(), line);
    }

    private Token sign() {
        if (text.startsWith("<<", at)) {
            throw new IllegalArgumentException("line " + line + ": here-documents are not read");
        }
        String sign = SIGNS.stream()
                .filter(longer -> text.startsWith(longer, at))
                .findFirst()
                .orElse(text.substring(at, at + 1));
        at += sign.length();
        return new Token(Kind.SIGN, sign, List.of(), line);
    }

    private Token quoted() {
        StringBuilder content = new StringBuilder();
        List<Token> inner = new ArrayList<>();
        at++;
        while (at < text.length() && text.charAt(at) != '\n') {
            if (text.charAt(at) == '"') {
                at++;
                return new Token(Kind.TEXT, content.toString(), inner, line);
            }
            if (text.startsWith("${", at) && !text.startsWith("$${", at - 1)) {
                int begin = at;
                at += 2;
                inner.addAll(tokens("}"));
                content.append(text, begin, at);
            } else {
                boolean escaped = text.charAt(at) == '\\';
                content.append(text.charAt(escaped ? at + 1 : at));
                at += escaped ? 2 : 1;
            }
        }
        throw new IllegalArgumentException("line " + line + ": a text is not closed");
    }

    /** Makes blocks of tokens. */
    private static final class Parser {

        private final List<Token> tokens;
        private int at;

        Parser(List<Token> tokens) {
            this.tokens = tokens;
        }

        IllegalArgumentException unexpected() {
            return at < tokens.size()
                    ? new IllegalArgumentException("line " + tokens.get(at).line() + ": unexpected "
                            + tokens.get(at).text())
                    : new IllegalArgumentException("the file ends within a block");
        }

        private Token next(Kind... kinds) {
            if (at < tokens.size() && List.of(kinds).contains(tokens.get(at).kind())) {
                return tokens.get(at++);
            }
            throw unexpected();
        }

        private boolean sees(String sign) {
            return at < tokens.size() && tokens.get(at).is(sign);
        }

        Block body(String type, List<String> labels, int line) {
            Map<String, List<Token>> attributes = new LinkedHashMap<>();
            List<Block> blocks = new ArrayList<>();
            while (at < tokens.size() && !sees("}")) {
                if (tokens.get(at).kind() == Kind.NEWLINE) {
                    at++;
                    continue;
                }
                Token name = next(Kind.NAME);
                if (sees("=")) {
                    at++;
                    if (attributes.put(name.text(), expression()) != null) {
                        throw new IllegalArgumentException(
                                "line " + name.line() + ": " + name.text() + " is given twice");
                    }
                } else {
                    blocks.add(block(name));
                }
            }
            return new Block(type, labels, attributes, blocks, line);
        }

        private Block block(Token name) {
            List<String> labels = new ArrayList<>();
            while (!sees("{")) {
                labels.add(next(Kind.TEXT, Kind.NAME).text());
            }
            at++;
            Block block = body(name.text(), labels, name.line());
            if (!sees("}")) {
                throw unexpected();
            }
            at++;
            return block;
        }

        /** An expression ends with its line, outside of brackets. */
        private List<Token> expression() {
            List<Token> expression = new ArrayList<>();
            int depth = 0;
            while (at < tokens.size()) {
                Token token = tokens.get(at);
                if (depth == 0 && (token.kind() == Kind.NEWLINE || token.is("}"))) {
                    break;
                }
                depth += token.is("{") || token.is("[") || token.is("(") ? 1 : 0;
                depth -= token.is("}") || token.is("]") || token.is(")") ? 1 : 0;
                if (token.kind() != Kind.NEWLINE) {
                    expression.add(token);
                }
                at++;
            }
            if (expression.isEmpty() || depth != 0) {
                throw unexpected();
            }
            return expression;
        }
    }
}

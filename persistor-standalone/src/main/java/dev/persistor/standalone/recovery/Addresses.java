package dev.persistor.standalone.recovery;

import dev.persistor.core.log.SafeText;
import dev.persistor.core.replay.TargetAddress;
import dev.persistor.core.store.Digest;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Parses and prints addresses. Thread-safe. */
public final class Addresses {

    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*");
    private static final int DIGEST_BYTES = 4;

    private Addresses() {}

    /** Tells whether a text is an address; else it is a path. */
    static boolean hasScheme(String text) {
        return SCHEME.matcher(text).matches();
    }

    /**
     * Reads the address of a store; what has no scheme is a folder.
     *
     * @throws IllegalArgumentException if it is malformed; the message does not repeat it
     */
    public static URI store(String text) {
        return hasScheme(text)
                ? uri(text)
                : Path.of(text).toAbsolutePath().normalize().toUri();
    }

    /**
     * Refuses the address of a folder that does not exist: opening it as a store makes it, and a mistyped one would be an archive of
     * nothing.
     *
     * @throws IllegalArgumentException if there is no such folder
     */
    public static void requireFolder(URI store) {
        if ("file".equals(store.getScheme()) && !store.isOpaque() && store.getAuthority() == null) {
            Path folder = Path.of(store);
            if (!Files.isDirectory(folder)) {
                throw new IllegalArgumentException(
                        Files.exists(folder) ? folder + " is a file; use a folder" : "folder not found: " + folder);
            }
        }
    }

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException if it is malformed; the message does not repeat it, as it may hold a secret
     */
    static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "the address is malformed at character " + (e.getIndex() + 1) + ": " + e.getReason());
        }
    }

    /** Returns the address of a folder in a store. */
    static URI folder(URI store, String folder) {
        String text = store.toString();
        int end = text.indexOf('?') < 0 ? text.length() : text.indexOf('?');
        String path = text.substring(0, end);
        return URI.create(path + (path.endsWith("/") ? "" : "/") + folder + text.substring(end));
    }

    /** Returns an address without what may be secret in it: user, query and fragment. */
    static String shown(URI address) {
        return SafeText.address(address);
    }

    /** Returns what tells the address of a target from another, with nothing secret in it. */
    static String key(TargetAddress address) {
        String shown = address.toString();
        String whole = address.of("{source}").toString();
        return shown(address.of("{source}")).length() == whole.length()
                ? shown
                : shown + "?" + new Digest().add(whole).hex(DIGEST_BYTES);
    }
}

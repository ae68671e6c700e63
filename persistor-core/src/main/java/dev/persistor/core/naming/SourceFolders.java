package dev.persistor.core.naming;

import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the folders of a source in which a template puts folders of the publish time, one request a folder. Not thread-safe. */
final class SourceFolders {

    private final List<Part> parts;
    private final int timeStart;
    private final BlobSource source;
    private final int most;
    private final List<String> found = new ArrayList<>();

    /**
     * Asks for nothing yet.
     *
     * @param parts the parts of the template, which are literal text and folders of values before {@code timeStart}
     * @param most after how many the search ends
     */
    SourceFolders(List<Part> parts, int timeStart, BlobSource source, int most) {
        this.parts = parts;
        this.timeStart = timeStart;
        this.source = source;
        this.most = most;
    }

    List<String> find() {
        find("", 0, "");
        return List.copyOf(found);
    }

    private void find(String prefix, int index, String literal) {
        if (!literal.isEmpty()) {
            find(prefix + literal, index, "");
        } else if (index == timeStart) {
            found.add(prefix);
        } else if (parts.get(index) instanceof Part.Literal text) {
            find(prefix, index + 1, text.text());
        } else {
            findIn(prefix, index);
        }
    }

    /** Goes from folder to folder; each is skipped with all that is in it. */
    private void findIn(String prefix, int index) {
        String rest = ((Part.Literal) parts.get(index + 1)).text().substring(1);
        Optional<BlobInfo> next = source.first(prefix, "");
        while (next.isPresent() && found.size() < most) {
            String name = next.get().name().value();
            int slash = name.indexOf('/', prefix.length());
            String folder = slash < 0 ? name : name.substring(0, slash + 1);
            if (slash >= 0 && !folder.equals(QuarantineNaming.FOLDER + "/")) {
                find(folder, index + 2, rest);
            }
            next = source.first(prefix, slash < 0 ? name : folder + NameStretch.LAST);
        }
    }
}

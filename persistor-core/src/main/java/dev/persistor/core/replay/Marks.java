package dev.persistor.core.replay;

import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.archive.Identity;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a message gets on its way out, as attributes behind its own: where it is archived, and what it was when it was first
 * published. So a message that comes back to an archive is known. One that was replayed before keeps what it has.
 *
 * <p>Immutable.
 */
final class Marks {

    private final Map<String, String> others;
    private final String timeAttribute;

    Marks(Map<String, String> others, String timeAttribute) {
        this.others = Map.copyOf(others);
        this.timeAttribute = timeAttribute;
    }

    Message on(ArchivedMessage archived) {
        Message message = archived.message();
        Map<String, String> marks = new LinkedHashMap<>();
        marks.put(Replay.REPLAYED_FROM, archived.place());
        marks.put(Identity.ORIGINAL_ID, message.id());
        marks.put(Identity.ORIGINAL_SOURCE, message.source());
        marks.put(Replay.ORIGINAL_PUBLISH_TIME, message.publishTime().toString());
        if (!timeAttribute.isEmpty()) {
            marks.put(timeAttribute, message.publishTime().toString());
        }
        others.forEach(marks::putIfAbsent);
        Attributes.Builder attributes = Attributes.builder();
        message.attributes().forEach(entry -> attributes.add(entry.name(), entry.value()));
        marks.forEach((name, value) -> {
            if (message.attributes().first(name).isEmpty()) {
                attributes.add(name, value);
            }
        });
        return message.toBuilder().attributes(attributes.build()).build();
    }
}

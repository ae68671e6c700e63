package dev.persistor.core.replay;

import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.archive.MessageKey;
import dev.persistor.core.archive.ReplayAttributes;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The attributes that a message gets behind its own when it is published again: where it is archived, and what it was when it was
 * first published. An archive that receives the message knows it by them. A message that was replayed before keeps those that it
 * has.
 *
 * <p>Immutable.
 */
final class AddedAttributes {

    private final Map<String, String> others;
    private final String timeAttribute;

    AddedAttributes(Map<String, String> others, String timeAttribute) {
        this.others = Map.copyOf(others);
        this.timeAttribute = timeAttribute;
    }

    Message on(ArchivedMessage archived, MessageKey key) {
        Message message = archived.message();
        Map<String, String> marks = new LinkedHashMap<>();
        marks.put(ReplayAttributes.REPLAYED_FROM, archived.place());
        marks.put(ReplayAttributes.ORIGINAL_ID, message.id());
        marks.put(ReplayAttributes.ORIGINAL_SOURCE, message.source());
        marks.put(ReplayAttributes.ORIGINAL_PUBLISH_TIME, message.publishTime().toString());
        Message marked = withUsers(with(marks, message));
        return with(Map.of(ReplayAttributes.ORIGINAL_DIGEST, key.proof(marked)), marked);
    }

    private Message withUsers(Message message) {
        Map<String, String> users = users(message);
        if (users.isEmpty()) {
            return message;
        }
        String added = ReplayAttributes.added(message.attributes(), users.keySet());
        Attributes others = Attributes.of(message.attributes().entries().stream()
                .filter(entry -> !entry.name().equals(ReplayAttributes.ADDED))
                .toList());
        Message marked = with(users, message.toBuilder().attributes(others).build());
        return with(Map.of(ReplayAttributes.ADDED, added), marked);
    }

    /** Returns what the user adds to a message that has no attributes of these names. */
    private Map<String, String> users(Message message) {
        Map<String, String> users = new LinkedHashMap<>();
        if (!timeAttribute.isEmpty()) {
            users.put(timeAttribute, message.publishTime().toString());
        }
        others.forEach(users::putIfAbsent);
        users.keySet().removeIf(name -> message.attributes().first(name).isPresent());
        return users;
    }

    /** Adds attributes behind those that a message has; a name that it has keeps its value. */
    private static Message with(Map<String, String> added, Message message) {
        Attributes.Builder attributes = Attributes.builder();
        message.attributes().forEach(entry -> attributes.add(entry.name(), entry.value()));
        added.forEach((name, value) -> {
            if (message.attributes().first(name).isEmpty()) {
                attributes.add(name, value);
            }
        });
        return message.toBuilder().attributes(attributes.build()).build();
    }
}

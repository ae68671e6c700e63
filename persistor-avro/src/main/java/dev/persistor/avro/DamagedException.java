package dev.persistor.avro;

import java.io.IOException;

/** Bytes are not what Avro's specification, or the file's schema, has in their place. The text holds no content. */
final class DamagedException extends IOException {

    private static final long serialVersionUID = 1L;

    DamagedException(String reason) {
        super(reason);
    }
}

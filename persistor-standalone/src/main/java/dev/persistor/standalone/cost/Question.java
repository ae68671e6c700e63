package dev.persistor.standalone.cost;

/**
 * The messages to archive, and the way to archive them.
 *
 * <p>Immutable.
 *
 * @param messages what comes
 * @param deployment how Persistor is set up
 * @param work what archiving takes
 * @param ratio how many times smaller batches become by compression
 * @param exportRatio how many times smaller the cloud's own export becomes
 * @param months how long objects are kept
 */
record Question(Messages messages, Deployment deployment, Work work, double ratio, double exportRatio, double months) {

    /** Returns the bytes that are stored of messages that have an object each: raw, which is not compressed. */
    double rawBytes() {
        return messages.allBytes();
    }

    /** Returns the bytes that are stored of messages that share objects. */
    double batchBytes() {
        return messages.allBytes() / ratio;
    }

    /** Returns the bytes that the cloud's own export stores. */
    double exportBytes() {
        return messages.allBytes() / exportRatio;
    }

    /** Returns how many of what is there can share an object: one at least. */
    double batch(double there) {
        return Math.max(1, Math.min(there, deployment.mostInBatch(messages)));
    }

    /** Returns how many messages wait when a function that pulls runs. */
    double backlog() {
        return messages.rate() * deployment.pullSeconds();
    }

    /** Returns how often a function that pulls runs. */
    double runs() {
        return messages.seconds() / deployment.pullSeconds();
    }
}

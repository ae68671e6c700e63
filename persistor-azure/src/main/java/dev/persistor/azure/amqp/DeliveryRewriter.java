package dev.persistor.azure.amqp;

import java.nio.ByteBuffer;
import org.apache.qpid.proton.codec.CompositeReadableBuffer;
import org.apache.qpid.proton.codec.ReadableBuffer;
import org.apache.qpid.proton.codec.WritableBuffer;

/**
 * Replaces the content of a delivery by {@link WholeBody#wrapped}. A receiver hands its delivery's own buffer to the buffer that it
 * is to write to. This one takes no bytes from it, so the client receives them afterwards as if nothing had happened.
 *
 * <p>Not thread-safe.
 */
final class DeliveryRewriter implements WritableBuffer {

    @Override
    public void put(ReadableBuffer delivery) {
        WholeBody.wrapped(delivery.duplicate()).ifPresent(wrapped -> {
            delivery.position(delivery.limit());
            ((CompositeReadableBuffer) delivery).append(wrapped);
        });
    }

    /** Tells the receiver that nothing was taken. */
    @Override
    public int remaining() {
        return 0;
    }

    @Override
    public boolean hasRemaining() {
        return false;
    }

    @Override
    public int position() {
        return 0;
    }

    @Override
    public int limit() {
        return 0;
    }

    @Override
    public void position(int position) {
        throw unused();
    }

    @Override
    public void put(byte value) {
        throw unused();
    }

    @Override
    public void put(byte[] bytes, int offset, int length) {
        throw unused();
    }

    @Override
    public void put(ByteBuffer bytes) {
        throw unused();
    }

    @Override
    public void putShort(short value) {
        throw unused();
    }

    @Override
    public void putInt(int value) {
        throw unused();
    }

    @Override
    public void putLong(long value) {
        throw unused();
    }

    @Override
    public void putFloat(float value) {
        throw unused();
    }

    @Override
    public void putDouble(double value) {
        throw unused();
    }

    private static UnsupportedOperationException unused() {
        return new UnsupportedOperationException("a receiver writes a delivery as a whole");
    }
}

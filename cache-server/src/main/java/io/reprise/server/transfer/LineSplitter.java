package io.reprise.server.transfer;

import java.io.ByteArrayOutputStream;

/** Cuts a stream of bytes into lines, of which it holds one at a time, up to a limit. Confined to one thread. */
final class LineSplitter {
    /** Gets the lines. */
    interface Receiver {
        /**
         * A line.
         *
         * @param bytes without its end
         * @param tooLong whether it is longer than the limit; then nothing of it was kept
         */
        void line(byte[] bytes, boolean tooLong);
    }

    private static final byte[] NOTHING = {};

    private final int maxBytes;
    private final Receiver receiver;
    private ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean begun;
    private boolean tooLong;

    LineSplitter(int maxBytes, Receiver receiver) {
        this.maxBytes = maxBytes;
        this.receiver = receiver;
    }

    void feed(byte[] bytes) {
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                keep(bytes, start, i);
                begun = true;
                end();
                start = i + 1;
            }
        }
        keep(bytes, start, bytes.length);
    }

    /** The stream has ended: what is left is a line too. */
    void end() {
        if (begun) {
            byte[] whole = tooLong ? NOTHING : line.toByteArray();
            boolean cut = tooLong;
            // A line of megabytes must not keep its room for the rest of the stream.
            line = new ByteArrayOutputStream();
            begun = false;
            tooLong = false;
            receiver.line(whole, cut);
        }
    }

    private void keep(byte[] bytes, int from, int to) {
        if (to > from) {
            begun = true;
            tooLong |= line.size() + (to - from) > maxBytes;
            if (tooLong) {
                line.reset();
            } else {
                line.write(bytes, from, to - from);
            }
        }
    }
}

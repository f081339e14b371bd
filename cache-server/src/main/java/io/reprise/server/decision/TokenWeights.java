package io.reprise.server.decision;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * How much each token of a vocabulary tells: its inverse document frequency, ln((N + 1) / (n + 1)), in eighths, from N texts of
 * which n have it. Immutable.
 */
public final class TokenWeights {
    private static final float STEPS = 8;

    private final byte[] eighths;
    private final int unseen;

    private TokenWeights(byte[] eighths, int unseen) {
        this.eighths = eighths;
        this.unseen = unseen;
    }

    /**
     * From counts.
     *
     * @param textsWith how many texts have each token, by its number
     * @param texts how many texts there are
     */
    public static TokenWeights of(int[] textsWith, int texts) {
        byte[] eighths = new byte[textsWith.length];
        for (int id = 0; id < eighths.length; id++) {
            eighths[id] = eighths(Math.log((texts + 1.0) / (textsWith[id] + 1.0)));
        }
        return new TokenWeights(eighths, eighths(Math.log(texts + 1.0)));
    }

    /** At least 0; that of the rarest for a token outside the vocabulary. */
    public float of(int id) {
        return (id < eighths.length ? eighths[id] : unseen) / STEPS;
    }

    /** Writes what {@link #read} reads. */
    public void write(DataOutputStream out) throws IOException {
        out.writeInt(eighths.length);
        out.writeByte(unseen);
        out.write(eighths);
    }

    /** Reads what {@link #write} wrote. */
    public static TokenWeights read(DataInputStream in) throws IOException {
        byte[] eighths = new byte[in.readInt()];
        int unseen = in.readByte();
        in.readFully(eighths);
        return new TokenWeights(eighths, unseen);
    }

    private static byte eighths(double weight) {
        return (byte) Math.min(Byte.MAX_VALUE, Math.round(weight * STEPS));
    }
}

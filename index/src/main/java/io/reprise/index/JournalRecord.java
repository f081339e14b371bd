package io.reprise.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One acknowledged change, as the journal keeps it: a type byte, then the type's own fields. */
sealed interface JournalRecord {

    /**
     * An entry was stored, replacing the one with its id.
     *
     * @param vector not copied; null for an entry that is found by id only
     * @param byNearness as in {@link StoredEntry}
     */
    record Put(Entry entry, float @Nullable [] vector, boolean byNearness) implements JournalRecord {
        Put(Entry entry, float @Nullable [] vector) {
            this(entry, vector, vector != null);
        }
    }

    /** These entries were removed, where they existed: a bulk delete is the ids that it resolved to. */
    record Remove(List<String> ids) implements JournalRecord {
        public Remove {
            ids = List.copyOf(ids);
        }
    }

    byte PUT = 1;
    byte REMOVE = 2;
    /**
     * A {@link #PUT} behind a length and as many bytes, which earlier versions kept of a text's tokens. Read without
     * them, not written.
     */
    byte PUT_SKETCHED = 3;
    /** Without a vector, but found by nearness. Only folders of several models have such, which older programs refuse anyway. */
    byte PUT_COMPARABLE = 4;

    default byte[] encoded() {
        return switch (this) {
            case Put put -> {
                float[] vector = put.vector();
                int vectorBytes = vector == null ? 0 : vector.length * Float.BYTES;
                int hint = put.entry().payload().length + 3 * put.entry().text().length() + vectorBytes + 512;
                yield EntryCodec.encode(hint, out -> {
                    if (vector == null && put.byNearness()) {
                        out.writeByte(PUT_COMPARABLE);
                        EntryCodec.writeEntry(out, put.entry());
                        return;
                    }
                    out.writeByte(PUT);
                    EntryCodec.writeVector(out, vector);
                    EntryCodec.writeEntry(out, put.entry());
                });
            }
            case Remove remove ->
                EntryCodec.encode(remove.ids().size() * 48 + 16, out -> {
                    out.writeByte(REMOVE);
                    out.writeInt(remove.ids().size());
                    for (String id : remove.ids()) {
                        EntryCodec.writeString(out, id);
                    }
                });
        };
    }

    /**
     * The record that {@link #encoded} wrote.
     *
     * @throws IOException when the bytes are no record of this version
     */
    static JournalRecord decoded(byte[] bytes) throws IOException {
        return EntryCodec.decode(bytes, 0, bytes.length, in -> {
            byte type = in.readByte();
            if (type == PUT || type == PUT_SKETCHED) {
                if (type == PUT_SKETCHED) {
                    in.skipNBytes(in.readInt());
                }
                float[] vector = EntryCodec.readVector(in);
                return new Put(EntryCodec.readEntry(in), vector);
            }
            if (type == PUT_COMPARABLE) {
                return new Put(EntryCodec.readEntry(in), null, true);
            }
            if (type == REMOVE) {
                int count = in.readInt();
                List<String> ids = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    ids.add(EntryCodec.readString(in));
                }
                return new Remove(ids);
            }
            throw new IOException("an unknown record type " + type);
        });
    }
}

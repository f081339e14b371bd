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
     * @param sketch not copied; null for none
     * @param byNearness as in {@link StoredEntry}
     */
    record Put(Entry entry, float @Nullable [] vector, byte @Nullable [] sketch, boolean byNearness)
            implements JournalRecord {
        Put(Entry entry, float @Nullable [] vector, byte @Nullable [] sketch) {
            this(entry, vector, sketch, vector != null);
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
    byte PUT_SKETCHED = 3;
    /** Without a vector, but found by nearness. Only folders of several models have such, which older programs refuse anyway. */
    byte PUT_COMPARABLE = 4;

    default byte[] encoded() {
        return switch (this) {
            case Put put -> {
                float[] vector = put.vector();
                byte[] sketch = put.sketch();
                int vectorBytes = vector == null ? 0 : vector.length * Float.BYTES;
                int sketchBytes = sketch == null ? 0 : sketch.length;
                int hint = put.entry().payload().length
                        + 3 * put.entry().text().length()
                        + vectorBytes
                        + sketchBytes
                        + 512;
                yield EntryCodec.encode(hint, out -> {
                    if (vector == null && put.byNearness()) {
                        out.writeByte(PUT_COMPARABLE);
                        EntryCodec.writeEntry(out, put.entry());
                        return;
                    }
                    out.writeByte(sketch == null ? PUT : PUT_SKETCHED);
                    if (sketch != null) {
                        out.writeInt(sketch.length);
                        out.write(sketch);
                    }
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
                byte[] sketch = type == PUT_SKETCHED ? EntryCodec.readBytes(in, in.readInt()) : null;
                float[] vector = EntryCodec.readVector(in);
                return new Put(EntryCodec.readEntry(in), vector, sketch);
            }
            if (type == PUT_COMPARABLE) {
                return new Put(EntryCodec.readEntry(in), null, null, true);
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

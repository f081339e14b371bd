package io.reprise.server.decision.bound;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The records of namespaces, the one used last at the end; bounded in number and age. Not thread-safe. */
final class Namespaces {
    /** How many of the longest unused are looked at for one without anything against it. */
    private static final int LOOKED_AT = 32;

    record Area(String principal, String namespace) {}

    private final RiskSettings settings;
    private final LinkedHashMap<Area, NamespaceRecord> records = new LinkedHashMap<>(16, 0.75f, true);

    Namespaces(RiskSettings settings) {
        this.settings = settings;
    }

    @Nullable NamespaceRecord of(Area area, long nowMillis) {
        NamespaceRecord found = records.get(area);
        if (found != null
                && nowMillis - found.sinceMillis > settings.namespaceMemory().toMillis()) {
            records.remove(area);
            return null;
        }
        return found;
    }

    NamespaceRecord begun(Area area, long nowMillis) {
        NamespaceRecord found = of(area, nowMillis);
        if (found == null) {
            found = new NamespaceRecord(nowMillis, settings.cutoffs().size());
            makeRoom();
            records.put(area, found);
        }
        return found;
    }

    void judgeChanged() {
        records.values().forEach(NamespaceRecord::forget);
    }

    void write(DataOutputStream out) throws IOException {
        out.writeInt(records.size());
        for (Map.Entry<Area, NamespaceRecord> each : records.entrySet()) {
            out.writeUTF(each.getKey().principal());
            out.writeUTF(each.getKey().namespace());
            out.writeLong(each.getValue().sinceMillis);
            each.getValue().write(out);
        }
    }

    void read(DataInputStream in) throws IOException {
        for (int i = in.readInt(); i > 0; i--) {
            var area = new Area(in.readUTF(), in.readUTF());
            var one = new NamespaceRecord(in.readLong(), settings.cutoffs().size());
            one.read(in);
            makeRoom();
            records.put(area, one);
        }
    }

    /** Forgets one that has nothing against it, if there is one among the longest unused, so that newcomers cannot clear a record. */
    private void makeRoom() {
        if (records.size() < settings.maxNamespaces()) {
            return;
        }
        int looked = 0;
        for (Map.Entry<Area, NamespaceRecord> each : records.entrySet()) {
            if (each.getValue().alarms() == 0 && each.getValue().votes() == 0) {
                records.remove(each.getKey());
                return;
            }
            if (++looked == LOOKED_AT) {
                break;
            }
        }
        records.pollFirstEntry();
    }
}

package io.reprise.server.decision.bound;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * Counts of would-be hits and their audits.
 *
 * @param served auditable semantic hits that were served
 * @param audits verdicts among them
 * @param alarms verdicts among those that were not {@link Verdict#SAME}
 * @param auditsWithheld verdicts on would-be hits that were not served
 */
public record HitCounts(long served, long audits, long alarms, long auditsWithheld) {
    static final HitCounts NONE = new HitCounts(0, 0, 0, 0);

    HitCounts plus(boolean wasServed, boolean audited, boolean alarm) {
        return new HitCounts(
                served + (wasServed ? 1 : 0),
                audits + (wasServed && audited ? 1 : 0),
                alarms + (wasServed && alarm ? 1 : 0),
                auditsWithheld + (!wasServed && audited ? 1 : 0));
    }

    void write(DataOutputStream out) throws IOException {
        out.writeLong(served);
        out.writeLong(audits);
        out.writeLong(alarms);
        out.writeLong(auditsWithheld);
    }

    static HitCounts read(DataInputStream in) throws IOException {
        return new HitCounts(in.readLong(), in.readLong(), in.readLong(), in.readLong());
    }
}

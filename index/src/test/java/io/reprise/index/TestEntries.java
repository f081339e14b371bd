package io.reprise.index;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.random.RandomGenerator;

/** Entries, vectors and a clock for tests. */
final class TestEntries {

    static final long NOW = 1_800_000_000_000L;
    static final long LATER = NOW + 3_600_000;

    private TestEntries() {}

    static Entry entry(String id) {
        return entry(id, "scope");
    }

    static Entry entry(String id, String scope) {
        return entry(id, scope, NOW, LATER);
    }

    static Entry entry(String id, String scope, long createdAtMillis, long expiresAtMillis) {
        return new Entry(
                id,
                scope,
                "principal",
                "default",
                "model",
                "The prompt of " + id,
                ("answer of " + id).getBytes(StandardCharsets.UTF_8),
                List.of("tag"),
                createdAtMillis,
                expiresAtMillis);
    }

    static SearchScope within(String scope) {
        return new SearchScope(scope, NOW, Long.MIN_VALUE);
    }

    static float[] randomUnit(RandomGenerator random, int dimension) {
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return normalised(vector);
    }

    /** The unit vector along one axis. */
    static float[] axis(int axis, int dimension) {
        float[] vector = new float[dimension];
        vector[axis] = 1;
        return vector;
    }

    /** A unit vector near another: the smaller the spread, the nearer. */
    static float[] near(float[] centre, double spread, RandomGenerator random) {
        float[] vector = new float[centre.length];
        for (int i = 0; i < centre.length; i++) {
            vector[i] = centre[i] + (float) (spread * random.nextGaussian() / Math.sqrt(centre.length));
        }
        return normalised(vector);
    }

    private static float[] normalised(float[] vector) {
        double squares = 0;
        for (float component : vector) {
            squares += component * component;
        }
        for (int i = 0; i < vector.length; i++) {
            vector[i] /= (float) Math.sqrt(squares);
        }
        return vector;
    }

    /** A clock that stands where it was put. */
    static final class ManualClock extends Clock {
        private volatile long millis = NOW;

        void setMillis(long millis) {
            this.millis = millis;
        }

        @Override
        public long millis() {
            return millis;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}

package io.reprise.benchmarks.eviction;

import io.reprise.server.cache.eviction.Bounds;
import io.reprise.server.cache.eviction.ProvenPrincipals;
import io.reprise.server.cache.eviction.Resident;
import io.reprise.server.cache.eviction.Residents;
import io.reprise.server.cache.eviction.Victim;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The server's own account and choice; a request takes a second. */
final class OfTheServer implements Store {
    private static final long BEGIN_SECONDS = 1_700_000_000;
    private static final int BATCH = 256;
    private static final long SEED = 11;

    private final Workload workload;
    private final Residents residents;
    private final Map<String, Integer> textById = new HashMap<>();
    private long now;

    OfTheServer(Workload workload, Capacity capacity, int sample) {
        this.workload = workload;
        var bounds = capacity.inBytes() ? new Bounds(0, capacity.room(), 0) : new Bounds(capacity.room(), 0, 0);
        this.residents = new Residents(
                bounds,
                sample,
                ProvenPrincipals.inMemory(),
                () -> Instant.ofEpochSecond(BEGIN_SECONDS + now),
                new Random(SEED));
    }

    @Override
    public List<Integer> add(int text, long at) {
        now = at;
        String id = id(text);
        textById.put(id, text);
        long millis = (BEGIN_SECONDS + now) * 1000;
        boolean tooMuch = residents.stored(new Resident(
                id, "p", "n", workload.bytes()[text], workload.savings()[text], millis, Long.MAX_VALUE / 2));
        List<Integer> displaced = new ArrayList<>();
        for (List<Victim> victims = List.of(); tooMuch; tooMuch = !victims.isEmpty()) {
            victims = residents.victims(BATCH);
            residents.removed(victims.stream().map(Victim::id).toList());
            victims.forEach(victim -> displaced.add(textById.get(victim.id())));
        }
        return displaced;
    }

    @Override
    public void hit(int text, long at) {
        now = at;
        residents.hit(id(text));
        residents.countHits();
    }

    /** Numbers spread by two odd factors, so that they look like hashes. */
    static String id(int number) {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits((number + 1L) * 0x9E3779B97F4A7C15L)
                + hex.toHexDigits(Long.reverse((number + 1L) * 0xD1342543DE82EF95L));
    }
}

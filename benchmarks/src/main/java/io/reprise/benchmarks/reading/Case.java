package io.reprise.benchmarks.reading;

/**
 * Two prompts, and whether the answer that is stored for one may be served to who asks the other.
 *
 * @param set what it belongs to
 * @param kind of the case within its set; empty where it has none
 */
record Case(String set, String kind, String stored, String asked, boolean same) {}

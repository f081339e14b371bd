package io.reprise.index;

import org.apache.lucene.search.Query;

/** Which entries a scan means, in two forms that agree: a test of a recent write in memory, and a Lucene query. */
interface EntrySelection {

    boolean matches(Entry recent);

    Query query();
}

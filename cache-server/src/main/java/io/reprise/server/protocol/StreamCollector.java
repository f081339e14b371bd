package io.reprise.server.protocol;

/** Puts the events of one streamed answer together into the object the answer would have been without streaming. Not thread-safe. */
public interface StreamCollector {
    /** Takes the data of the next event; never throws, whatever it holds. */
    void add(String data);

    /** Whether the last event has come: nothing after it belongs to the answer. */
    boolean isDone();

    /**
     * The stream has come to an end of its own, and was not cut. An answer that has said why it stopped is whole then, also when the
     * event is missing that ends the wire's streams.
     */
    void ended();

    /** The answer so far, whole or not, with what it has cost as far as upstream has said. */
    Answers.Reading finish();

    /** The words said so far, for counting what an answer without usage has cost. */
    String text();
}

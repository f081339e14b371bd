package io.reprise.server.testupstream;

/** What a reply says. Immutable; it takes its shape on the wire from the request that it answers. */
public sealed interface Content
        permits ApiError,
                ChatAnswer,
                Content.Echo,
                Content.Embeddings,
                Content.Models,
                Download,
                MessageAnswer,
                RawBody,
                ResponseAnswer {

    /**
     * A description of the request as JSON: {@code method}, {@code uri}, {@code headers} (an array of values for each lower-case
     * name), {@code body_bytes}, {@code body_sha256}.
     */
    record Echo() implements Content {}

    /**
     * One vector per input of the request, of unit norm and determined by the input's text, as numbers or in base64, as the
     * request asks.
     */
    record Embeddings() implements Content {}

    /** The list of models, or the one that the path names. */
    record Models() implements Content {}
}

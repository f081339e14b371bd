package io.reprise.server.testupstream;

import java.util.ArrayList;
import java.util.List;

/** The headers that OpenAI sends with every response, a cookie that belongs to one client among them. */
final class ProviderHeaders {

    private static final List<Header> CONSTANT = List.of(
            new Header("openai-organization", "reprise-test"),
            new Header("openai-version", "2020-10-01"),
            new Header("x-ratelimit-limit-requests", "10000"),
            new Header("x-ratelimit-limit-tokens", "2000000"),
            new Header("x-ratelimit-remaining-requests", "9999"),
            new Header("x-ratelimit-remaining-tokens", "1999970"),
            new Header("x-ratelimit-reset-requests", "6ms"),
            new Header("x-ratelimit-reset-tokens", "0s"),
            new Header("strict-transport-security", "max-age=31536000; includeSubDomains; preload"));

    private ProviderHeaders() {}

    /** Headers of the reply to the request of this number, without those of the body and of timing. */
    static List<Header> of(long number, String contentType, List<Header> more) {
        String token = Envelope.token(number);
        List<Header> headers = new ArrayList<>(CONSTANT.size() + more.size() + 4);
        headers.add(new Header("content-type", contentType));
        headers.add(new Header("x-request-id", "req_" + token));
        headers.add(new Header("openai-request-id", "req_" + token));
        headers.add(new Header("set-cookie", "__cf_bm=" + token + "; path=/; HttpOnly; Secure; SameSite=None"));
        headers.addAll(CONSTANT);
        headers.addAll(more);
        return headers;
    }
}

package io.reprise.server.testupstream;

import java.util.ArrayList;
import java.util.List;

/** The headers that a provider sends with every response, a cookie that belongs to one client among them. */
final class ProviderHeaders {

    private static final List<Header> OPENAI = List.of(
            new Header("openai-organization", "reprise-test"),
            new Header("openai-version", "2020-10-01"),
            new Header("x-ratelimit-limit-requests", "10000"),
            new Header("x-ratelimit-limit-tokens", "2000000"),
            new Header("x-ratelimit-remaining-requests", "9999"),
            new Header("x-ratelimit-remaining-tokens", "1999970"),
            new Header("x-ratelimit-reset-requests", "6ms"),
            new Header("x-ratelimit-reset-tokens", "0s"),
            new Header("strict-transport-security", "max-age=31536000; includeSubDomains; preload"));
    private static final List<Header> ANTHROPIC = List.of(
            new Header("anthropic-organization-id", "5f3a1f0c-0000-4000-8000-000000000000"),
            new Header("anthropic-ratelimit-requests-limit", "4000"),
            new Header("anthropic-ratelimit-requests-remaining", "3999"),
            new Header("anthropic-ratelimit-requests-reset", "2026-01-01T00:00:00Z"),
            new Header("anthropic-ratelimit-input-tokens-remaining", "1999000"),
            new Header("anthropic-ratelimit-output-tokens-remaining", "399000"),
            new Header("strict-transport-security", "max-age=31536000; includeSubDomains; preload"));

    private ProviderHeaders() {}

    /** Headers of the reply to this request, without those of the body and of timing. */
    static List<Header> of(ReceivedRequest request, String contentType, List<Header> more) {
        boolean anthropic = Wire.of(request) == Wire.MESSAGES;
        String id = requestId(request.number());
        List<Header> headers = new ArrayList<>(OPENAI.size() + more.size() + 4);
        headers.add(new Header("content-type", contentType));
        if (anthropic) {
            headers.add(new Header("request-id", id));
        } else {
            headers.add(new Header("x-request-id", id));
            headers.add(new Header("openai-request-id", id));
        }
        headers.add(new Header(
                "set-cookie",
                "__cf_bm=" + Envelope.token(request.number()) + "; path=/; HttpOnly; Secure; SameSite=None"));
        headers.addAll(anthropic ? ANTHROPIC : OPENAI);
        headers.addAll(more);
        return headers;
    }

    static String requestId(long number) {
        return "req_" + Envelope.token(number);
    }
}

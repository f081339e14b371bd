package io.reprise.server.config;

import java.net.URI;
import java.util.List;

/** A setting's list of URLs that are posted to. Not shown: some providers put a key into them. */
record WebhookUrls(List<URI> all) {
    WebhookUrls {
        all = List.copyOf(all);
    }

    @Override
    public String toString() {
        return Secret.REDACTED;
    }
}

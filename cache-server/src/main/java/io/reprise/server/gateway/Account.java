package io.reprise.server.gateway;

import org.jspecify.annotations.Nullable;

/**
 * Whose a call is and for what.
 *
 * @param principal owner of the cached answers it may see; not empty
 * @param namespace the namespace it is made in; not empty
 * @param model the model it asks for, or null when it names none
 */
public record Account(
        String principal, String namespace, @Nullable String model) {}

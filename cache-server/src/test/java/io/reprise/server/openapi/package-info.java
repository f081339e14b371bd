/** The description of the HTTP interface, {@code docs/openapi.yaml}, and what real requests and answers are compared with it by. */
@NullMarked
package io.reprise.server.openapi;

import org.jspecify.annotations.NullMarked;

package io.reprise.server.gateway;

import io.reprise.server.cache.Lookup;
import io.reprise.server.cache.SecondOpinion;
import io.reprise.server.opinion.SecondOpinions;
import io.reprise.server.telemetry.Telemetry;
import org.jspecify.annotations.Nullable;

/**
 * The second opinions of drop-in calls, where the operator has named a model for them. Thread-safe; fails no call.
 *
 * <p>A call has one only where it goes upstream with a key of the operator's, where its own key may ask for the model of second
 * opinions, and where it asks for no stricter ceiling on wrong hits than the server has: what a model says shows no rate.
 */
final class HitOpinions {
    private final @Nullable SecondOpinions opinions;
    private final Tabs tabs;

    /** @param opinions null where nobody is asked */
    HitOpinions(@Nullable SecondOpinions opinions, Tabs tabs, Telemetry telemetry) {
        this.opinions = opinions;
        this.tabs = tabs;
        if (opinions != null) {
            telemetry.counter(
                    "reprise.second.opinions.asked",
                    "Pairs of prompts that the model of second opinions was asked about",
                    opinions,
                    SecondOpinions::asked);
            telemetry.counter(
                    "reprise.second.opinions.agreed",
                    "Pairs of prompts of which it said that they ask the same",
                    opinions,
                    SecondOpinions::agreed);
            telemetry.counter(
                    "reprise.second.opinions.late",
                    "Lookups that waited for it in vain",
                    opinions,
                    SecondOpinions::late);
        }
    }

    /** Who is asked about a candidate of a call. */
    SecondOpinion of(Exchange exchange) {
        SecondOpinions model = opinions;
        if (model == null
                || exchange.controls().onlyIfCached()
                || exchange.controls().maxWrongRate() != null
                || !exchange.provider().hasKeyOfItsOwn()
                || !exchange.tab().maySpendOn(model.model())) {
            return SecondOpinion.NONE;
        }
        Account account = exchange.account();
        return (query, entry) -> model.about(
                new SecondOpinions.Question(
                        query.principal(),
                        query.id(),
                        query.text(),
                        entry.id(),
                        entry.prompt(),
                        entry.createdAt(),
                        account.model()),
                used -> tabs.ownCall(
                        "second_opinion",
                        exchange.tab().endpoint(),
                        exchange.tab().wire(),
                        account,
                        used));
    }

    /** After the reply to a hit: what it has saved pays for questions. */
    void served(Exchange exchange, Lookup.Hit hit) {
        if (opinions != null
                && hit.kind() == Lookup.Kind.SEMANTIC
                && exchange.provider().hasKeyOfItsOwn()) {
            opinions.budget()
                    .earn(exchange.account().model(), hit.entry().completion().usage());
        }
    }
}

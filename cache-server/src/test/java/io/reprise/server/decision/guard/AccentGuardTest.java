package io.reprise.server.decision.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AccentGuardTest {
    private final Guard guard = new AccentGuard();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
        ¿Cuándo compro las entradas? | ¿Cuándo compró las entradas?
        ¿Cuántos años tiene mi perro? | ¿Cuántos anos tiene mi perro?
        El año nuevo | El ano nuevo
        Wie kann ich den Knopf drucken? | Wie kann ich den Knopf drücken?
        Was kostet eine schone Wohnung? | Was kostet eine schöne Wohnung?
        tôi bán nhà | tôi bạn nhà
        ma nghĩa là gì | mà nghĩa là gì
        Où est la gare ? | Ou est la gare ?
        Le chat a mangé | Le chat a mange
        Il pecore e il lupo | Il pecore è il lupo
        Você e feliz? | Você é feliz?
        papá o mamá | papa o mama
        Jag har en får | Jag har en far
        Pamiętam kąt w pokoju | Pamiętam kat w pokoju
        Что значит лук и й | Что значит лук и и
        What does año mean? | What does ano mean?
        How do I conjugate hablo? | How do I conjugate habló?
        Kaç yaşında kâr etti | Kaç yaşında kar etti
        パンはある | バンはある
        """)
    void textsThatAskForSomethingElse_areVetoedBothWays(String one, String other) {
        assertEquals("true true", vetoes(one, other) + " " + vetoes(other, one));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
        Where is the best café in town? | where is the best cafe in town
        How do I write a good résumé? | How do I write a good resume?
        Is it naïve to trust people? | is it naive to trust people
        What does fiancée mean? | What does fiancee mean?
        Where was Beyoncé born? | Where was Beyonce born?
        What is the population of São Paulo? | What is the population of Sao Paulo?
        How do I make jalapeño poppers? | How do I make jalapeno poppers?
        What is a cliché? | what is a cliche?
        Who was Kurt Gödel? | Who was Kurt Godel?
        How do I cook crème brûlée? | How do I cook creme brulee?
        ¿Cuándo compró las entradas? | ¿cuándo compró las entradas?
        Wie backe ich einen Käsekuchen? | wie backe ich einen Käsekuchen
        Où est la gare ? | où est la gare
        How do I bake bread? | how do i bake bread
        Where are the best cafés? | Where are the best cafés
        """)
    void textsThatAskForTheSame_passBothWays(String one, String other) {
        assertEquals("false false", vetoes(one, other) + " " + vetoes(other, one));
    }

    @Test
    void name_isTheOneInAnswers() {
        assertEquals("accent", guard.name());
    }

    private boolean vetoes(String asked, String cached) {
        return guard.vetoes(new Alignment(Reading.of(asked), Reading.of(cached)));
    }
}

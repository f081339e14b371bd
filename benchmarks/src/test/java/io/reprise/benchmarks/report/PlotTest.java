package io.reprise.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.benchmarks.report.Plot.Dot;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class PlotTest {
    private final Plot plot =
            new Plot("a < b & \"c\"", Axis.logarithmic("x (log scale)", 0.001, 0.1), Axis.linear("y", 0, 1));

    @Test
    void image_isWellFormedXmlWithItsTexts() throws Exception {
        plot.series("first > second", List.of(Dot.of(new Proportion(1, 100), new Proportion(3, 10), "0.95")))
                .vertical("goal", 0.01);
        List<String> texts = texts(parsed());
        assertTrue(texts.containsAll(List.of("a < b & \"c\"", "x (log scale)", "y", "first > second", "goal", "0.95")));
    }

    @Test
    void dot_liesWhereItsSharesSay() throws Exception {
        plot.marks("one", List.of(Dot.at(0.01, 0.5)));
        var circle = parsed().getElementsByTagName("circle").item(0).getAttributes();
        // The middle of the plot's width from 84 to 830 and of its height from 48 to 494.
        assertEquals("457.0", circle.getNamedItem("cx").getNodeValue());
        assertEquals("271.0", circle.getNamedItem("cy").getNodeValue());
    }

    @Test
    void curve_hasNoMarksBesidesTheLegend() throws Exception {
        plot.curve("one", List.of(Dot.at(0.01, 0.5), Dot.at(0.02, 0.6)));
        assertEquals(0, parsed().getElementsByTagName("circle").getLength());
        assertEquals(1, parsed().getElementsByTagName("polyline").getLength());
    }

    @Test
    void plotOfNothing_isWellFormed() throws Exception {
        plot.series("none", List.of());
        assertTrue(texts(parsed()).contains("none"));
    }

    private Document parsed() throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(plot.svg())));
    }

    private static List<String> texts(Document document) {
        List<String> texts = new ArrayList<>();
        NodeList nodes = document.getElementsByTagName("text");
        for (int i = 0; i < nodes.getLength(); i++) {
            texts.add(nodes.item(i).getTextContent());
        }
        return texts;
    }
}

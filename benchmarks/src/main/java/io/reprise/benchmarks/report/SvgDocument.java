package io.reprise.benchmarks.report;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes the few SVG elements that plots need (W3C, Scalable Vector Graphics 1.1). Lengths are pixels. Not thread-safe. */
final class SvgDocument {
    private final StringBuilder xml = new StringBuilder();

    SvgDocument(int width, int height) {
        xml.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                        + " font-family=\"system-ui, 'DejaVu Sans', sans-serif\" font-size=\"12\" fill=\"#222\">\n",
                width,
                height,
                width,
                height));
    }

    void rect(double x, double y, double width, double height, String fill, @Nullable String stroke) {
        add(String.format(
                Locale.ROOT,
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\" stroke=\"%s\"/>",
                x,
                y,
                width,
                height,
                fill,
                stroke == null ? "none" : stroke));
    }

    void line(double x1, double y1, double x2, double y2, String style) {
        add(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" style=\"%s\"/>",
                x1,
                y1,
                x2,
                y2,
                escaped(style)));
    }

    void circle(double x, double y, double radius, String style) {
        add(String.format(
                Locale.ROOT,
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" style=\"%s\"/>",
                x,
                y,
                radius,
                escaped(style)));
    }

    /** A closed shape; each corner is {@code x,y}. */
    void polygon(List<String> corners, String style) {
        add(String.format(
                Locale.ROOT, "<polygon points=\"%s\" style=\"%s\"/>", String.join(" ", corners), escaped(style)));
    }

    /** An open line; each place is {@code x,y}. */
    void polyline(List<String> places, String style) {
        add(String.format(
                Locale.ROOT, "<polyline points=\"%s\" style=\"%s\"/>", String.join(" ", places), escaped(style)));
    }

    void text(double x, double y, String text, String style) {
        add(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" style=\"%s\">%s</text>",
                x,
                y,
                escaped(style),
                escaped(text)));
    }

    /** A text that is read from bottom to top. */
    void upwards(double x, double y, String text, String style) {
        add(String.format(
                Locale.ROOT,
                "<text transform=\"translate(%.1f %.1f) rotate(-90)\" style=\"%s\">%s</text>",
                x,
                y,
                escaped(style),
                escaped(text)));
    }

    /** The whole document. Nothing may be added afterwards. */
    String end() {
        return xml.append("</svg>\n").toString();
    }

    private void add(String element) {
        xml.append(element).append('\n');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}

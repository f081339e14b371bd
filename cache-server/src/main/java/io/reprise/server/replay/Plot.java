package io.reprise.server.replay;

import java.util.Locale;

/**
 * A plot as inline SVG over columns of equal width. Its colours are classes that the page has for light and dark. Confined to one
 * thread.
 */
final class Plot {
    private static final int WIDTH = 460;
    private static final int HEIGHT = 230;
    private static final int LEFT = 62;
    private static final int RIGHT = 12;
    private static final int TOP = 12;
    private static final int BOTTOM = 44;
    /** About so many, as round numbers allow. */
    private static final int TICKS = 4;

    private static final int MOST_LABELS = 9;

    /** Writes a value of the vertical axis. */
    @FunctionalInterface
    interface Scale {
        String label(double value);
    }

    private final StringBuilder svg = new StringBuilder();
    private final int columns;
    private final double top;

    /**
     * @param title read out instead of the picture
     * @param columns how many there are, at least 1
     * @param most the largest value that is drawn
     */
    Plot(String title, int columns, double most, Scale scale) {
        this.columns = columns;
        double step = step(most);
        int ticks = Math.max(1, (int) Math.ceil(most / step - 1e-9));
        this.top = ticks * step;
        svg.append(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
                WIDTH,
                HEIGHT,
                HtmlReport.escaped(title)));
        for (int tick = 0; tick <= ticks; tick++) {
            double value = tick * step;
            rule("grid", value);
            text("tick", LEFT - 7, y(value) + 4, "end", scale.label(value));
        }
    }

    /** The names under the columns; when they are many, every so many-th. */
    Plot columns(String axis, String... names) {
        int step = Math.ceilDiv(names.length, MOST_LABELS);
        for (int i = 0; i < names.length; i += step) {
            text("tick", x(i), HEIGHT - BOTTOM + 16, "middle", names[i]);
        }
        text("axis", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 8, "middle", axis);
        return this;
    }

    /** A bar from one value up to another. */
    Plot bar(String colour, int column, double from, double to, String meaning) {
        double width = (double) (WIDTH - LEFT - RIGHT) / columns * 0.72;
        svg.append(String.format(
                Locale.ROOT,
                "<rect class=\"fill %s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>%s</title></rect>",
                colour,
                x(column) - width / 2,
                y(to),
                width,
                Math.max(0, y(from) - y(to)),
                HtmlReport.escaped(meaning)));
        return this;
    }

    /** Points joined by a line; what is no number is left out. */
    Plot line(String colour, double... values) {
        var points = new StringBuilder();
        for (int i = 0; i < values.length; i++) {
            if (!Double.isNaN(values[i])) {
                points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(i), y(values[i])));
            }
        }
        svg.append("<polyline class=\"line ")
                .append(colour)
                .append("\" points=\"")
                .append(points)
                .append("\"/>");
        for (int i = 0; i < values.length; i++) {
            if (!Double.isNaN(values[i])) {
                svg.append(String.format(
                        Locale.ROOT,
                        "<circle class=\"fill %s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"/>",
                        colour,
                        x(i),
                        y(values[i])));
            }
        }
        return this;
    }

    /** A dashed line over the whole width. */
    Plot rule(String colour, double value) {
        svg.append(String.format(
                Locale.ROOT,
                "<line class=\"rule %s\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
                colour,
                LEFT,
                WIDTH - RIGHT,
                y(value),
                y(value)));
        return this;
    }

    String svg() {
        return svg + "</svg>";
    }

    private void text(String kind, double x, double y, String anchor, String words) {
        svg.append(String.format(
                Locale.ROOT,
                "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
                kind,
                x,
                y,
                anchor,
                HtmlReport.escaped(words)));
    }

    /** A round number that the axis goes up by: 1, 2 or 5 times a power of ten. */
    private static double step(double most) {
        if (!(most > 0)) {
            return 1;
        }
        double least = most / TICKS;
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        double times = least / power;
        return power * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
    }

    private double x(int column) {
        return LEFT + (column + 0.5) * (WIDTH - LEFT - RIGHT) / columns;
    }

    private double y(double value) {
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
    }
}

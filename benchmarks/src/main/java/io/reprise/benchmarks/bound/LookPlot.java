package io.reprise.benchmarks.bound;

import io.reprise.benchmarks.bound.SimulatedRun.Look;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** One run as an SVG picture: the published bound, the truth and the ceiling over lookups, and the cut-off below. */
final class LookPlot {
    private static final int WIDTH = 860;
    private static final int LEFT = 60;
    private static final int RIGHT = 840;
    private static final int BOUND_TOP = 40;
    private static final int BOUND_BOTTOM = 260;
    private static final int CUTOFF_TOP = 310;
    private static final int CUTOFF_BOTTOM = 400;
    private static final double MOST_SHOWN = 0.03;
    private static final double LOWEST_CUTOFF = 0.9;

    private LookPlot() {}

    static String svg(String title, List<Look> looks, double ceiling) {
        double last = looks.getLast().wouldBe();
        var svg = new StringBuilder();
        svg.append(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d 430\" font-family=\"sans-serif\" font-size=\"12\">%n"
                        .formatted(WIDTH));
        svg.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        text(svg, LEFT, 20, title);
        text(
                svg,
                LEFT,
                BOUND_TOP - 4,
                "share of wrong among served: published bound (blue), truth (green), ceiling (red)");
        text(svg, LEFT, CUTOFF_TOP - 4, "cut-off in force, exact hits only at the top");
        for (int i = 0; i <= 3; i++) {
            double share = MOST_SHOWN * i / 3;
            text(svg, 8, y(share) + 4, String.format(Locale.ROOT, "%.0f %%", 100 * share));
        }
        text(svg, 8, CUTOFF_TOP + 4, "exact");
        text(svg, 8, CUTOFF_BOTTOM, "%.2f".formatted(LOWEST_CUTOFF));
        text(svg, RIGHT - 110, 420, "%,.0f lookups".formatted(last / World.WITH_CANDIDATE));
        line(svg, "firebrick", looks, last, look -> y(ceiling));
        line(svg, "seagreen", looks, last, look -> y(look.expected()));
        line(svg, "royalblue", looks, last, look -> y(look.bound()));
        line(svg, "black", looks, last, look -> cutoffY(look.cutoff()));
        return svg.append("</svg>\n").toString();
    }

    private static double y(double share) {
        return BOUND_BOTTOM - (BOUND_BOTTOM - BOUND_TOP) * Math.min(1, share / MOST_SHOWN);
    }

    private static double cutoffY(double cutoff) {
        double height = Math.clamp((cutoff - LOWEST_CUTOFF) / (1 - LOWEST_CUTOFF) * 0.9, 0, 1);
        return CUTOFF_BOTTOM - (CUTOFF_BOTTOM - CUTOFF_TOP) * height;
    }

    private static void text(StringBuilder svg, double x, double y, String words) {
        svg.append(String.format(Locale.ROOT, "<text x=\"%.0f\" y=\"%.0f\">%s</text>%n", x, y, words));
    }

    private static void line(
            StringBuilder svg, String colour, List<Look> looks, double last, ToDoubleFunction<Look> height) {
        svg.append("<polyline fill=\"none\" stroke=\"").append(colour).append("\" points=\"");
        for (Look look : looks) {
            svg.append(String.format(
                    Locale.ROOT,
                    "%.1f,%.1f ",
                    LEFT + (RIGHT - LEFT) * look.wouldBe() / last,
                    height.applyAsDouble(look)));
        }
        svg.append("\"/>\n");
    }
}

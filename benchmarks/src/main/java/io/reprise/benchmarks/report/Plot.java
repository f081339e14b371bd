package io.reprise.benchmarks.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A plot of shares or other numbers against each other, as an SVG image that needs nothing besides itself: series in colours that colour-blind people can
 * tell apart (M. Okabe and K. Ito) and in marks of their own, with whiskers for intervals, a legend, and guides. Not thread-safe.
 */
public final class Plot {
    private static final int WIDTH = 1080;
    private static final int HEIGHT = 560;
    private static final int LEFT = 84;
    private static final int RIGHT = 250;
    private static final int TOP = 48;
    private static final int BOTTOM = 66;
    private static final List<String> COLOURS =
            List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000");
    private static final double MARK = 4;

    /**
     * A place in the plot.
     *
     * @param note written beside it, or null
     * @param xInterval how sure the first share is, or null for no whisker
     */
    public record Dot(
            double x,
            double y,
            @Nullable Interval xInterval,
            @Nullable Interval yInterval,
            @Nullable String note) {
        /** A place without whiskers and note. */
        public static Dot at(double x, double y) {
            return new Dot(x, y, null, null, null);
        }

        /** A place from two counted shares, with their intervals. */
        public static Dot of(Proportion x, Proportion y, @Nullable String note) {
            return new Dot(x.rate(), y.rate(), new Interval(x.low(), x.high()), new Interval(y.low(), y.high()), note);
        }
    }

    /** From one share to another. */
    public record Interval(double low, double high) {}

    private record Series(String name, List<Dot> dots, boolean marked, boolean joined) {}

    private record Guide(String name, double x1, double y1, double x2, double y2) {}

    private final String title;
    private final Axis x;
    private final Axis y;
    private final List<Series> series = new ArrayList<>();
    private final List<Guide> guides = new ArrayList<>();

    public Plot(String title, Axis x, Axis y) {
        this.title = title;
        this.x = x;
        this.y = y;
    }

    /** Adds places that belong together, marked and joined in their order. */
    public Plot series(String name, List<Dot> dots) {
        series.add(new Series(name, List.copyOf(dots), true, true));
        return this;
    }

    /** Adds places that stand for themselves. */
    public Plot marks(String name, List<Dot> dots) {
        series.add(new Series(name, List.copyOf(dots), true, false));
        return this;
    }

    /** Adds a line through places that are not marked. */
    public Plot curve(String name, List<Dot> dots) {
        series.add(new Series(name, List.copyOf(dots), false, true));
        return this;
    }

    /** Adds a dashed line from bottom to top. */
    public Plot vertical(String name, double at) {
        guides.add(new Guide(name, at, y.low(), at, y.high()));
        return this;
    }

    /** Adds a dashed line where both shares are equal. */
    public Plot diagonal(String name) {
        double from = Math.max(x.low(), y.low());
        double to = Math.min(x.high(), y.high());
        guides.add(new Guide(name, from, from, to, to));
        return this;
    }

    /** The image. */
    public String svg() {
        var svg = new SvgDocument(WIDTH, HEIGHT);
        svg.rect(0, 0, WIDTH, HEIGHT, "#ffffff", null);
        svg.text(LEFT, 26, title, "font-size:16px;font-weight:600");
        axes(svg);
        for (Guide guide : guides) {
            svg.line(px(guide.x1), py(guide.y1), px(guide.x2), py(guide.y2), "stroke:#666;stroke-dasharray:6 4");
        }
        for (int i = 0; i < series.size(); i++) {
            draw(svg, series.get(i), i);
        }
        legend(svg);
        return svg.end();
    }

    /** Writes the image to a file. */
    public void write(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, svg());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private void axes(SvgDocument svg) {
        for (double tick : x.ticks()) {
            svg.line(px(tick), TOP, px(tick), HEIGHT - BOTTOM, "stroke:#e4e4e4");
            svg.text(px(tick), HEIGHT - BOTTOM + 18, x.text(tick), "text-anchor:middle");
        }
        for (double tick : y.ticks()) {
            svg.line(LEFT, py(tick), WIDTH - RIGHT, py(tick), "stroke:#e4e4e4");
            svg.text(LEFT - 8, py(tick) + 4, y.text(tick), "text-anchor:end");
        }
        svg.rect(LEFT, TOP, WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM, "none", "#444");
        svg.text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 22, x.label(), "text-anchor:middle");
        svg.upwards(22, (TOP + HEIGHT - BOTTOM) / 2.0, y.label(), "text-anchor:middle");
    }

    private void draw(SvgDocument svg, Series drawn, int number) {
        String colour = COLOURS.get(number % COLOURS.size());
        if (drawn.joined && drawn.dots.size() > 1) {
            svg.polyline(
                    drawn.dots.stream()
                            .map(dot -> String.format(Locale.ROOT, "%.1f,%.1f", px(dot.x), py(dot.y)))
                            .distinct()
                            .toList(),
                    "fill:none;stroke-width:1.6;stroke:" + colour);
        }
        if (!drawn.marked) {
            return;
        }
        for (Dot dot : drawn.dots) {
            String thin = "stroke-width:1;stroke-opacity:0.45;stroke:" + colour;
            if (dot.xInterval != null) {
                svg.line(px(dot.xInterval.low), py(dot.y), px(dot.xInterval.high), py(dot.y), thin);
            }
            if (dot.yInterval != null) {
                svg.line(px(dot.x), py(dot.yInterval.low), px(dot.x), py(dot.yInterval.high), thin);
            }
            mark(svg, px(dot.x), py(dot.y), number, drawn.joined ? MARK : 1.8 * MARK);
            if (dot.note != null) {
                svg.text(px(dot.x) + 7, py(dot.y) - 6, dot.note, "font-size:10px;fill:" + colour);
            }
        }
    }

    private static void mark(SvgDocument svg, double at, double height, int number, double size) {
        String fill = "stroke:#fff;stroke-width:0.8;fill:" + COLOURS.get(number % COLOURS.size());
        switch (number % 3) {
            case 0 -> svg.circle(at, height, size, fill);
            case 1 -> svg.polygon(diamond(at, height, 1.3 * size, 4), fill);
            default -> svg.polygon(diamond(at, height, 1.35 * size, 3), fill);
        }
    }

    /** Corners of a regular polygon that stands on its tip, or a triangle that points up. */
    private static List<String> diamond(double at, double height, double radius, int corners) {
        List<String> points = new ArrayList<>();
        for (int i = 0; i < corners; i++) {
            double angle = -Math.PI / 2 + 2 * Math.PI * i / corners;
            points.add(String.format(
                    Locale.ROOT, "%.1f,%.1f", at + radius * Math.cos(angle), height + radius * Math.sin(angle)));
        }
        return points;
    }

    /** Beside the plot, where it hides nothing. */
    private void legend(SvgDocument svg) {
        double left = WIDTH - RIGHT + 12;
        double top = TOP;
        double at = top + 17;
        for (int i = 0; i < series.size(); i++) {
            if (series.get(i).joined) {
                String stroke = "stroke-width:1.6;stroke:" + COLOURS.get(i % COLOURS.size());
                svg.line(left + 8, at - 4, left + 32, at - 4, stroke);
            }
            if (series.get(i).marked) {
                mark(svg, left + 20, at - 4, i, series.get(i).joined ? MARK : 1.4 * MARK);
            }
            svg.text(left + 40, at, series.get(i).name, "");
            at += 19;
        }
        for (Guide guide : guides) {
            svg.line(left + 8, at - 4, left + 32, at - 4, "stroke:#666;stroke-dasharray:6 4");
            svg.text(left + 40, at, guide.name, "");
            at += 19;
        }
    }

    private double px(double share) {
        return LEFT + x.position(share) * (WIDTH - LEFT - RIGHT);
    }

    private double py(double share) {
        return HEIGHT - BOTTOM - y.position(share) * (HEIGHT - TOP - BOTTOM);
    }
}

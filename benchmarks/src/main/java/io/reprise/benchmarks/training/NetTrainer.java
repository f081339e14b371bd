package io.reprise.benchmarks.training;

import io.reprise.server.decision.InteractionNet;
import io.reprise.server.decision.TokenSketch;
import io.reprise.server.decision.TokenWeights;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Learns an {@link InteractionNet}: logistic loss, Adam (Kingma and Ba, 2015), dropout on the comparisons and the judging layer,
 * and an average of the weights over the last steps. Batches are split into a fixed number of parts, whatever the machine, so the same
 * examples and settings give the same weights.
 */
final class NetTrainer {
    private static final int PARTS = 4;
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    /**
     * A labelled pair.
     *
     * @param label 0 to 1
     * @param weight above 0
     */
    record Example(TokenSketch first, TokenSketch second, float[] features, float label, float weight) {}

    /**
     * How to learn.
     *
     * @param dropout share of the hidden numbers that each example does without
     * @param decay of the weights, per step, as a share of the step size
     */
    record Settings(
            int hidden, int judging, int epochs, int batch, double rate, double dropout, double decay, long seed) {}

    /** All weights in one place, in the order of the network's parts. */
    private final class Part {
        final float[] gradient = new float[parameters.length];
        final float[] pooled = new float[2 * hidden + features];
        final float[] judged = new float[judging];
        final float[] judgedGradient = new float[judging];
        final float[] pooledGradient = new float[2 * hidden + features];
        final int[] maximumAt = new int[hidden];
        final boolean[] kept = new boolean[hidden];
        final boolean[] keptJudging = new boolean[judging];
        double loss;
    }

    private final Example[] examples;
    private final TokenWeights weights;
    private final Settings settings;
    private final int inputs;
    private final int hidden;
    private final int judging;
    private final int features;
    private final float[] means;
    private final float[] scales;
    private final float[] parameters;
    private final int compareBiasAt;
    private final int judgeAt;
    private final int judgeBiasAt;
    private final int outAt;
    private final int outBiasAt;

    private NetTrainer(Example[] examples, TokenWeights weights, Settings settings) {
        this.examples = examples;
        this.weights = weights;
        this.settings = settings;
        this.inputs = InteractionNet.inputs(examples[0].first().axes());
        this.hidden = settings.hidden();
        this.judging = settings.judging();
        this.features = examples[0].features().length;
        this.means = new float[features];
        this.scales = new float[features];
        scale();
        compareBiasAt = inputs * hidden;
        judgeAt = compareBiasAt + hidden;
        judgeBiasAt = judgeAt + (2 * hidden + features) * judging;
        outAt = judgeBiasAt + judging;
        outBiasAt = outAt + judging;
        parameters = new float[outBiasAt + 1];
        Random random = new Random(settings.seed());
        fill(random, 0, compareBiasAt, Math.sqrt(2.0 / 64));
        fill(random, judgeAt, judgeBiasAt, Math.sqrt(1.0 / (2 * hidden + features)));
        fill(random, outAt, outBiasAt, Math.sqrt(1.0 / judging));
    }

    static InteractionNet learn(Example[] examples, TokenWeights weights, Settings settings) {
        return new NetTrainer(examples, weights, settings).learn();
    }

    private void fill(Random random, int from, int to, double deviation) {
        for (int i = from; i < to; i++) {
            parameters[i] = (float) (random.nextGaussian() * deviation);
        }
    }

    private void scale() {
        for (int f = 0; f < features; f++) {
            double sum = 0;
            double squares = 0;
            for (Example example : examples) {
                sum += example.features()[f];
                squares += (double) example.features()[f] * example.features()[f];
            }
            double mean = sum / examples.length;
            double deviation = Math.sqrt(Math.max(1e-8, squares / examples.length - mean * mean));
            means[f] = (float) mean;
            scales[f] = (float) (1 / deviation);
        }
    }

    private InteractionNet learn() {
        Part[] parts = IntStream.range(0, PARTS).mapToObj(i -> new Part()).toArray(Part[]::new);
        float[] first = new float[parameters.length];
        float[] second = new float[parameters.length];
        double[] average = new double[parameters.length];
        int averaged = 0;
        int[] order = IntStream.range(0, examples.length).toArray();
        Random random = new Random(settings.seed() + 1);
        int steps = examples.length / settings.batch() * settings.epochs();
        int step = 0;
        for (int epoch = 0; epoch < settings.epochs(); epoch++) {
            shuffle(order, random);
            double loss = 0;
            for (int from = 0; from + settings.batch() <= order.length; from += settings.batch()) {
                step++;
                int start = from;
                long seed = settings.seed() * 1_000_003 + step;
                IntStream.range(0, PARTS).parallel().forEach(p -> {
                    Part part = parts[p];
                    Arrays.fill(part.gradient, 0);
                    part.loss = 0;
                    Random own = new Random(seed * PARTS + p);
                    for (int i = p; i < settings.batch(); i += PARTS) {
                        learn(examples[order[start + i]], part, own);
                    }
                });
                double rate = settings.rate() * 0.5 * (1 + Math.cos(Math.PI * step / steps));
                double correction1 = 1 - Math.pow(BETA1, step);
                double correction2 = 1 - Math.pow(BETA2, step);
                for (int i = 0; i < parameters.length; i++) {
                    float gradient = 0;
                    for (Part part : parts) {
                        gradient += part.gradient[i];
                    }
                    gradient /= settings.batch();
                    first[i] = (float) (BETA1 * first[i] + (1 - BETA1) * gradient);
                    second[i] = (float) (BETA2 * second[i] + (1 - BETA2) * gradient * gradient);
                    parameters[i] -= (float) (rate
                            * (first[i] / correction1 / (Math.sqrt(second[i] / correction2) + EPSILON)
                                    + settings.decay() * parameters[i]));
                }
                if (step > steps * 3 / 4) {
                    averaged++;
                    for (int i = 0; i < parameters.length; i++) {
                        average[i] += parameters[i];
                    }
                }
                for (Part part : parts) {
                    loss += part.loss;
                }
            }
            System.err.printf("epoch %d of %d, loss %.4f%n", epoch + 1, settings.epochs(), loss / order.length);
        }
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = (float) (average[i] / averaged);
        }
        return net();
    }

    private static void shuffle(int[] order, Random random) {
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int kept = order[i];
            order[i] = order[j];
            order[j] = kept;
        }
    }

    /** Adds one example's gradient. */
    private void learn(Example example, Part part, Random random) {
        float[][] rows = InteractionNet.comparisons(example.first(), example.second(), weights);
        float[][] h = new float[rows.length][hidden];
        float keep = (float) (1 / (1 - settings.dropout()));
        for (int i = 0; i < hidden; i++) {
            part.kept[i] = random.nextDouble() >= settings.dropout();
        }
        for (int i = 0; i < judging; i++) {
            part.keptJudging[i] = random.nextDouble() >= settings.dropout();
        }
        Arrays.fill(part.pooled, 0);
        Arrays.fill(part.maximumAt, -1);
        for (int t = 0; t < rows.length; t++) {
            forward(0, compareBiasAt, rows[t], h[t]);
            for (int i = 0; i < hidden; i++) {
                if (part.kept[i] && h[t][i] > 0) {
                    float value = h[t][i] * keep;
                    part.pooled[i] += value / rows.length;
                    if (value > part.pooled[hidden + i]) {
                        part.pooled[hidden + i] = value;
                        part.maximumAt[i] = t;
                    }
                }
            }
        }
        for (int f = 0; f < features; f++) {
            part.pooled[2 * hidden + f] = Math.clamp((example.features()[f] - means[f]) * scales[f], -4f, 4f);
        }
        forward(judgeAt, judgeBiasAt, part.pooled, part.judged);
        float sum = parameters[outBiasAt];
        for (int i = 0; i < judging; i++) {
            if (part.keptJudging[i]) {
                sum += parameters[outAt + i] * part.judged[i] * keep;
            }
        }
        double p = 1 / (1 + Math.exp(-sum));
        part.loss -= example.weight()
                * (example.label() * Math.log(p + 1e-9) + (1 - example.label()) * Math.log(1 - p + 1e-9));
        backward(part, rows, h, (float) (p - example.label()) * example.weight(), keep);
    }

    private void backward(Part part, float[][] rows, float[][] h, float error, float keep) {
        float[] gradient = part.gradient;
        gradient[outBiasAt] += error;
        for (int i = 0; i < judging; i++) {
            boolean on = part.keptJudging[i] && part.judged[i] > 0;
            gradient[outAt + i] += part.keptJudging[i] ? error * part.judged[i] * keep : 0;
            part.judgedGradient[i] = on ? error * parameters[outAt + i] * keep : 0;
            gradient[judgeBiasAt + i] += part.judgedGradient[i];
        }
        for (int k = 0; k < part.pooled.length; k++) {
            int at = judgeAt + k * judging;
            float value = part.pooled[k];
            float sum = 0;
            for (int i = 0; i < judging; i++) {
                gradient[at + i] += value * part.judgedGradient[i];
                sum += parameters[at + i] * part.judgedGradient[i];
            }
            part.pooledGradient[k] = sum;
        }
        float[] own = new float[hidden];
        for (int t = 0; t < rows.length; t++) {
            for (int i = 0; i < hidden; i++) {
                boolean on = part.kept[i] && h[t][i] > 0;
                float from = part.pooledGradient[i] / rows.length
                        + (part.maximumAt[i] == t ? part.pooledGradient[hidden + i] : 0);
                own[i] = on ? from * keep : 0;
                gradient[compareBiasAt + i] += own[i];
            }
            for (int k = 0; k < inputs; k++) {
                float value = rows[t][k];
                int at = k * hidden;
                for (int i = 0; i < hidden; i++) {
                    gradient[at + i] += value * own[i];
                }
            }
        }
    }

    private void forward(int weightsAt, int biasAt, float[] input, float[] output) {
        System.arraycopy(parameters, biasAt, output, 0, output.length);
        for (int k = 0; k < input.length; k++) {
            float value = input[k];
            int at = weightsAt + k * output.length;
            for (int i = 0; i < output.length; i++) {
                output[i] += value * parameters[at + i];
            }
        }
        for (int i = 0; i < output.length; i++) {
            output[i] = Math.max(0, output[i]);
        }
    }

    private InteractionNet net() {
        return new InteractionNet(
                rows(0, inputs, hidden),
                Arrays.copyOfRange(parameters, compareBiasAt, judgeAt),
                means,
                scales,
                rows(judgeAt, 2 * hidden + features, judging),
                Arrays.copyOfRange(parameters, judgeBiasAt, outAt),
                Arrays.copyOfRange(parameters, outAt, outBiasAt),
                Arrays.copyOfRange(parameters, outBiasAt, outBiasAt + 1));
    }

    private float[][] rows(int from, int rows, int columns) {
        float[][] all = new float[rows][];
        for (int row = 0; row < rows; row++) {
            all[row] = Arrays.copyOfRange(parameters, from + row * columns, from + (row + 1) * columns);
        }
        return all;
    }
}

package io.reprise.benchmarks.quality;

/**
 * The maximum-likelihood logistic curve of a yes-or-no label on one number, found by Newton's method (iteratively reweighted least
 * squares).
 *
 * @param count observations
 * @param weight slope
 * @param bias value at 0
 * @param weightError standard error of the slope
 * @param biasError standard error of the value at 0
 * @param logLoss mean negative log likelihood, in nats
 */
record LogisticFit(int count, double weight, double bias, double weightError, double biasError, double logLoss) {
    private static final int MAX_STEPS = 100;
    private static final double DONE = 1e-10;

    /**
     * Fits.
     *
     * @param x the numbers
     * @param label of each; both labels occur, and no cut separates them without error
     */
    static LogisticFit of(double[] x, boolean[] label) {
        double weight = 0;
        double bias = 0;
        for (int step = 0; step < MAX_STEPS; step++) {
            Sums sums = Sums.at(x, label, weight, bias);
            double weightStep = (sums.h00 * sums.gradientX - sums.h01 * sums.gradient1) / sums.determinant();
            double biasStep = (sums.h11 * sums.gradient1 - sums.h01 * sums.gradientX) / sums.determinant();
            weight += weightStep;
            bias += biasStep;
            if (Math.abs(weightStep) + Math.abs(biasStep) < DONE) {
                return result(x, label, weight, bias);
            }
        }
        throw new ArithmeticException(
                "no fit after " + MAX_STEPS + " steps: can the labels be separated without error?");
    }

    /** The probability of the label at a number. */
    double probability(double x) {
        return 1 / (1 + Math.exp(-(weight * x + bias)));
    }

    private static LogisticFit result(double[] x, boolean[] label, double weight, double bias) {
        Sums sums = Sums.at(x, label, weight, bias);
        // The inverse of the information matrix is the covariance of the two.
        return new LogisticFit(
                x.length,
                weight,
                bias,
                Math.sqrt(sums.h00 / sums.determinant()),
                Math.sqrt(sums.h11 / sums.determinant()),
                sums.loss / x.length);
    }

    /**
     * Gradient of the log likelihood and its negated second derivatives, {@code h00} for the bias twice, {@code h01} for bias and
     * weight, {@code h11} for the weight twice.
     */
    private record Sums(double gradient1, double gradientX, double h00, double h01, double h11, double loss) {
        static Sums at(double[] x, boolean[] label, double weight, double bias) {
            double gradient1 = 0;
            double gradientX = 0;
            double h00 = 0;
            double h01 = 0;
            double h11 = 0;
            double loss = 0;
            for (int i = 0; i < x.length; i++) {
                double logit = weight * x[i] + bias;
                double p = 1 / (1 + Math.exp(-logit));
                double residual = (label[i] ? 1 : 0) - p;
                gradient1 += residual;
                gradientX += residual * x[i];
                double w = p * (1 - p);
                h00 += w;
                h01 += w * x[i];
                h11 += w * x[i] * x[i];
                double towards = label[i] ? logit : -logit;
                loss += towards > 0 ? Math.log1p(Math.exp(-towards)) : Math.log1p(Math.exp(towards)) - towards;
            }
            return new Sums(gradient1, gradientX, h00, h01, h11, loss);
        }

        double determinant() {
            return h00 * h11 - h01 * h01;
        }
    }
}

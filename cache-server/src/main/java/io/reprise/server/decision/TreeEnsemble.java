package io.reprise.server.decision;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A sum of oblivious decision trees: each asks the same questions of every row, one per level, and the answers number its leaf
 * (as in CatBoost, Prokhorenkova et al., 2018). Immutable.
 */
public final class TreeEnsemble {

    /**
     * One tree of d levels.
     *
     * @param features which value each level asks of, {@code int[d]}
     * @param thresholds that it must exceed for a 1, {@code float[d]}
     * @param leaves what the tree adds, {@code float[2^d]}; the first level is the lowest bit of the index
     */
    public record Tree(int[] features, float[] thresholds, float[] leaves) {
        public Tree {
            if (thresholds.length != features.length || leaves.length != 1 << features.length) {
                throw new IllegalArgumentException("a tree of " + features.length
                        + " levels needs as many thresholds and " + (1 << features.length) + " leaves, has "
                        + thresholds.length + " and " + leaves.length);
            }
        }

        /** What the tree adds for a row. */
        public float of(float[] row) {
            int leaf = 0;
            for (int level = 0; level < features.length; level++) {
                if (row[features[level]] > thresholds[level]) {
                    leaf |= 1 << level;
                }
            }
            return leaves[leaf];
        }
    }

    private final float start;
    private final List<Tree> trees;

    /** @param start what every row begins with */
    public TreeEnsemble(float start, List<Tree> trees) {
        this.start = start;
        this.trees = List.copyOf(trees);
    }

    /** The sum over all trees: a log-odds, as far as the trees were learned as such. */
    public float sum(float[] row) {
        float sum = start;
        for (Tree tree : trees) {
            sum += tree.of(row);
        }
        return sum;
    }

    /** How many trees there are. */
    public int size() {
        return trees.size();
    }

    /** Writes what {@link #read} reads. */
    public void write(DataOutputStream out) throws IOException {
        out.writeFloat(start);
        out.writeInt(trees.size());
        for (Tree tree : trees) {
            out.writeByte(tree.features().length);
            for (int feature : tree.features()) {
                out.writeByte(feature);
            }
            Floats.write(out, tree.thresholds());
            Floats.write(out, tree.leaves());
        }
    }

    /** Reads what {@link #write} wrote. */
    public static TreeEnsemble read(DataInputStream in) throws IOException {
        float start = in.readFloat();
        int count = in.readInt();
        List<Tree> trees = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int[] features = new int[in.readUnsignedByte()];
            for (int level = 0; level < features.length; level++) {
                features[level] = in.readUnsignedByte();
            }
            float[] thresholds = Floats.read(in, features.length);
            trees.add(new Tree(features, thresholds, Floats.read(in, 1 << features.length)));
        }
        return new TreeEnsemble(start, trees);
    }
}

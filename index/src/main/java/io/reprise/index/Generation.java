package io.reprise.index;

/**
 * The vectors of one model in an index: of one dimension, in Lucene fields of their own, so that no search can meet another model's.
 *
 * @param number 0 for the model that the folder began with; its fields have the names that they had before there were generations
 * @param model name of the model that made the vectors
 * @param dimension floats in each of them
 */
record Generation(int number, String model, int dimension) {

    /** The field of its vectors. */
    String vectorField() {
        return number == 0 ? EntryDocuments.VECTOR : EntryDocuments.VECTOR + number;
    }

    boolean isOf(IndexOptions options) {
        return model.equals(options.modelName()) && dimension == options.dimension();
    }
}

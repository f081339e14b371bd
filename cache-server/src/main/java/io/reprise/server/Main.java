package io.reprise.server;

/** The program: reads configuration, wires the parts by constructors, deploys, and closes them in reverse order. */
public final class Main {
    private Main() {}

    /** Entry point of the launcher. */
    public static void main(String[] args) {
        System.out.println("reprise");
    }
}

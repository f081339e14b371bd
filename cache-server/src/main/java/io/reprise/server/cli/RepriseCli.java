package io.reprise.server.cli;

import io.reprise.server.config.ConfigException;
import io.reprise.server.config.ConfigLoader;
import io.reprise.server.config.Nearest;
import io.reprise.server.config.Release;
import io.reprise.server.config.ResolvedConfig;
import io.reprise.server.config.ResolvedConfig.ResolvedSetting;
import io.reprise.server.config.Surroundings;
import io.reprise.server.testupstream.DemoUpstream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command {@code reprise}: {@code serve}, {@code replay}, {@code dashboard}, {@code export}, {@code import}, {@code keys create}, {@code keys list},
 * {@code keys revoke}, {@code prices check}, {@code config init}, {@code config check}, {@code config reference},
 * {@code demo-upstream}, {@code version}.
 *
 * <p>Exit codes: 0; 1 when the server cannot start or fails, a log cannot be replayed, or an export or a line of an import fails, or {@code prices check} finds something; 2 when the command line or the configuration is wrong. What
 * the operator has to mend is said on standard error in lines, without stack traces. Confined to one thread.
 */
public final class RepriseCli {
    private static final Logger LOG = LoggerFactory.getLogger(RepriseCli.class);
    private static final int HELP_WIDTH = 110;

    private final ServerStarter starter;
    private final ReplayStarter replays;
    private final PriceChecker prices;
    private final ConfigOptions options;
    private final Map<String, String> environment;
    private final Map<CommandSpec, Action> actions = new HashMap<>();
    private final CommandLine commandLine;
    private final PrintWriter out;
    private final PrintWriter err;

    /** What a command does with its part of the command line; returns the exit code. */
    private interface Action {
        int run(ParseResult parsed);
    }

    /**
     * A command line over given surroundings.
     *
     * @param environment the process's variables
     * @param out for what was asked for
     * @param err for what went wrong
     */
    public RepriseCli(
            ServerStarter starter,
            ReplayStarter replays,
            PriceChecker prices,
            Surroundings surroundings,
            Map<String, String> environment,
            PrintWriter out,
            PrintWriter err) {
        this.starter = starter;
        this.replays = replays;
        this.prices = prices;
        this.environment = Map.copyOf(environment);
        this.options = new ConfigOptions(new ConfigLoader(surroundings), environment);
        this.out = out;
        this.err = err;
        this.commandLine = new CommandLine(root())
                .setOut(out)
                .setErr(err)
                .setUsageHelpWidth(HELP_WIDTH)
                .setExecutionStrategy(this::run)
                .setParameterExceptionHandler((misuse, args) -> misused(misuse));
    }

    /** The command line of this process; the bundled models are where the system property {@code reprise.models} says. */
    public static RepriseCli ofProcess(ServerStarter starter, ReplayStarter replays, PriceChecker prices) {
        Surroundings surroundings = new Surroundings(
                Path.of(""),
                Path.of(System.getProperty("reprise.models", "models")),
                Runtime.getRuntime().availableProcessors());
        return new RepriseCli(
                starter,
                replays,
                prices,
                surroundings,
                System.getenv(),
                new PrintWriter(System.out, true, System.out.charset()),
                new PrintWriter(System.err, true, System.err.charset()));
    }

    /** Runs a command and returns the exit code. */
    public int execute(String... args) {
        try {
            return commandLine.execute(args);
        } finally {
            out.flush();
            err.flush();
        }
    }

    private CommandSpec root() {
        CommandSpec serve = command("serve", "Starts the server.", this::serve);
        CommandSpec replay = command(
                "replay", "Tells what the cache would have answered of a log of prompts, and saved.", this::replay);
        CommandSpec check = command(
                "check", "Prints every setting and where it came from, or every problem; starts nothing.", this::check);
        options.addTo(serve);
        options.addTo(check);
        ReplayOptions.addTo(replay);
        options.addTo(replay);
        CommandSpec exports =
                command("export", "Writes the entries of a running server to a file.", this::exportEntries);
        CommandSpec imports = command(
                "import",
                "Reads entries, or questions with their answers, from a file into a running server.",
                this::importEntries);
        TransferOptions.addToExport(exports);
        TransferOptions.addToImport(imports);
        CommandSpec priceCheck = command(
                "check",
                "Lists models of the ledger's calls that have no price, and prices older than 180 days.",
                this::checkPrices);
        TransferOptions.addToPriceCheck(priceCheck);
        options.addTo(priceCheck);
        CommandSpec init =
                command("init", "Writes a configuration file of all settings, with their defaults.", this::initConfig);
        NewFile.addTo(init);
        var keys = new KeyCommands(environment, out);
        CommandSpec createKey = command(
                "create",
                "Makes a virtual key of a running server, and prints it: it cannot be told again.",
                keys::create);
        CommandSpec listKeys = command("list", "Lists the virtual keys of a running server.", keys::list);
        CommandSpec revokeKey =
                command("revoke", "Takes a virtual key of a running server away; calls under way go on.", keys::revoke);
        KeyOptions.addToCreate(createKey);
        KeyOptions.addToList(listKeys);
        KeyOptions.addToRevoke(revokeKey);
        CommandSpec config = named("config", "Looks at the configuration.")
                .addSubcommand("init", init)
                .addSubcommand("check", check)
                .addSubcommand(
                        "reference",
                        command("reference", "Prints the reference page of all settings, in Markdown.", parsed -> {
                            out.print(ConfigLoader.referencePage());
                            return ExitCode.OK;
                        }));
        CommandSpec dashboard = command(
                "dashboard", "Prints a link that logs a browser in, once, within five minutes.", this::dashboard);
        TransferOptions.addToDashboard(dashboard);
        CommandSpec root = named("reprise", "A semantic cache server for LLM calls.")
                .addSubcommand("serve", serve)
                .addSubcommand("replay", replay)
                .addSubcommand("dashboard", dashboard)
                .addSubcommand("export", exports)
                .addSubcommand("import", imports)
                .addSubcommand(
                        "keys",
                        named("keys", "Makes, lists and revokes virtual keys.")
                                .addSubcommand("create", createKey)
                                .addSubcommand("list", listKeys)
                                .addSubcommand("revoke", revokeKey))
                .addSubcommand(
                        "prices", named("prices", "Looks at the price table.").addSubcommand("check", priceCheck))
                .addSubcommand("config", config)
                .addSubcommand(DemoUpstream.NAME, demoUpstream())
                .addSubcommand("version", command("version", "Prints the version.", parsed -> {
                    out.println(version());
                    return ExitCode.OK;
                }));
        root.usageMessage().sectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, RepriseCli::everyCommand);
        return root;
    }

    private CommandSpec demoUpstream() {
        var demo = new DemoUpstream();
        CommandSpec spec = CommandSpec.forAnnotatedObject(demo).version(version());
        actions.put(spec, parsed -> demo.call());
        return spec;
    }

    private int initConfig(ParseResult parsed) {
        NewFile.write(parsed, ConfigLoader.settingsFile(), out);
        return ExitCode.OK;
    }

    private int exportEntries(ParseResult parsed) {
        transfers().export(TransferOptions.read(parsed, environment));
        return ExitCode.OK;
    }

    private int importEntries(ParseResult parsed) {
        boolean all = transfers().importFile(TransferOptions.read(parsed, environment));
        return all ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private int dashboard(ParseResult parsed) {
        out.println(LoginLink.ask(TransferOptions.readServer(parsed, environment)));
        return ExitCode.OK;
    }

    private TransferClient transfers() {
        return new TransferClient(System.in, System.out, this::tell);
    }

    private void tell(String line) {
        err.println("reprise: " + line);
        err.flush();
    }

    private CommandSpec command(String name, String description, Action action) {
        CommandSpec spec = named(name, description);
        actions.put(spec, action);
        return spec;
    }

    private static CommandSpec named(String name, String description) {
        CommandSpec spec =
                CommandSpec.create().name(name).mixinStandardHelpOptions(true).version(version());
        spec.usageMessage().description(description).sortOptions(false);
        return spec;
    }

    /** The help of all commands below, so that one page shows every option. */
    private static String everyCommand(Help help) {
        return help.allSubcommands().values().stream()
                .map(command -> command.subcommands().isEmpty()
                        ? "\n" + command.commandSpec().commandLine().getUsageMessage()
                        : everyCommand(command))
                .collect(Collectors.joining());
    }

    private static String version() {
        return "reprise " + Release.current() + ", Java " + Runtime.version();
    }

    private int run(ParseResult root) {
        Integer helped = CommandLine.executeHelpRequest(root);
        if (helped != null) {
            return helped;
        }
        ParseResult last = root;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        CommandSpec command = last.commandSpec();
        Action action = actions.get(command);
        if (action == null) {
            throw new ParameterException(command.commandLine(), "which command?");
        }
        try {
            return action.run(last);
        } catch (ParameterException e) {
            throw e;
        } catch (ConfigException e) {
            return rejected(e);
        } catch (StartException | TransferException e) {
            LOG.debug("{} failed", command.name(), e);
            err.println("reprise: " + e.getMessage());
            return ExitCode.SOFTWARE;
        } catch (RuntimeException e) {
            LOG.error("a fault of the program itself", e);
            err.println("reprise: stopped by a fault of its own, which the log has: " + e);
            return ExitCode.SOFTWARE;
        }
    }

    private int serve(ParseResult parsed) {
        ResolvedConfig resolved = options.load(parsed);
        Logging.apply(resolved.config());
        LOG.info("{} starts", version());
        starter.serve(resolved);
        return ExitCode.OK;
    }

    private int replay(ParseResult parsed) {
        ReplayOrder order = ReplayOptions.read(parsed);
        ResolvedConfig resolved = options.load(parsed);
        Logging.apply(resolved.config());
        out.print(replays.replay(resolved.config(), order, this::tell));
        return ExitCode.OK;
    }

    private int checkPrices(ParseResult parsed) {
        PriceCheckOrder order = TransferOptions.readPriceCheck(parsed, environment);
        ResolvedConfig resolved = options.load(parsed);
        Logging.apply(resolved.config());
        PriceChecker.Findings findings = prices.check(resolved.config(), order);
        out.print(findings.text());
        return findings.clean() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private int check(ParseResult parsed) {
        for (ResolvedSetting setting : options.load(parsed).settings()) {
            out.printf("%-34s %s  (%s)%n", setting.key(), setting.value(), setting.origin());
        }
        return ExitCode.OK;
    }

    private int rejected(ConfigException e) {
        int count = e.problems().size();
        err.printf("reprise: %d problem%s in the configuration:%n", count, count == 1 ? "" : "s");
        e.problems().forEach(problem -> err.println("  " + problem));
        return ExitCode.USAGE;
    }

    private int misused(ParameterException misuse) {
        err.println("reprise: " + misuse.getMessage());
        CommandSpec command = misuse.getCommandLine().getCommandSpec();
        if (misuse instanceof UnmatchedArgumentException unmatched) {
            String first = unmatched.getUnmatched().getFirst();
            Set<String> known = first.startsWith("-")
                    ? command.optionsMap().keySet()
                    : command.subcommands().keySet();
            if (!known.isEmpty()) {
                err.println("Nearest: " + Nearest.to(first, known));
            }
        }
        err.println("Try: " + command.qualifiedName(" ") + " --help");
        return ExitCode.USAGE;
    }
}

package io.reprise.server.config;

import io.reprise.server.config.UpstreamConfig.Authorities;
import io.reprise.server.config.UpstreamConfig.ProxyAddress;
import io.reprise.server.config.UpstreamConfig.ProxyProtocol;
import io.reprise.server.config.ValueType.Showing;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The kinds of values that the settings of upstreams have. */
final class UpstreamValueTypes {
    private static final Pattern UPSTREAM_NAME = Pattern.compile("(?!openai$|anthropic$)[a-z][a-z0-9]{0,31}");
    private static final Pattern HEADER_VALUE = Pattern.compile("[\\x21-\\x7e]([\\x20-\\x7e]{0,8190}[\\x21-\\x7e])?");
    private static final Pattern LOWER_HEADER_NAME = Pattern.compile("[a-z0-9!#$%&'*+.^_`|~-]{1,128}");
    private static final Pattern MODEL_PATTERN = Pattern.compile("[^\\s,\\p{Cntrl}]{1,256}");
    private static final Pattern PATH_PATTERN = Pattern.compile("[/*][\\x21-\\x2b\\x2d-\\x7e]{0,1023}");
    private static final Pattern HOST_PATTERN = Pattern.compile("[A-Za-z0-9_.:*-]{1,253}");
    private static final Pattern STATUS = Pattern.compile("[45][0-9]{2}");
    private static final int MAX_WORDS = 1000;
    private static final int MAX_WEBHOOKS = 20;
    private static final long MAX_CA_FILE_BYTES = 4 << 20;

    /** Headers that mean one connection, say how a body is framed or coded, or are ours. */
    private static final Set<String> NO_EXTRA_HEADERS = Set.of(
            "accept-encoding",
            "connection",
            "content-encoding",
            "content-length",
            "expect",
            "host",
            "http2-settings",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private UpstreamValueTypes() {}

    static ValueType<URI> upstreamUrl() {
        String allowed =
                "an http or https URL of an origin and perhaps a path prefix; a version at its end, such as /v1 or"
                        + " /v1beta/openai, takes the place of the /v1 of requests";
        return new ValueType<>(URI.class, allowed, Showing.URL, (text, surroundings) -> {
            URI url = originOf(text);
            String path = url.getRawPath();
            return URI.create(url.getScheme().toLowerCase(Locale.ROOT) + "://" + url.getRawAuthority()
                    + withoutTrailingSlashes(path));
        });
    }

    private static String withoutTrailingSlashes(String path) {
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }

    private static URI originOf(String text) throws InvalidValueException {
        URI url = uriOf(text, Set.of("http", "https"));
        if (url.getRawUserInfo() != null) {
            throw new InvalidValueException("has a user: set api_key instead");
        }
        return url;
    }

    /** A URL of one of these schemes with a host and neither query nor fragment. */
    private static URI uriOf(String text, Set<String> schemes) throws InvalidValueException {
        URI url;
        try {
            url = new URI(text).parseServerAuthority();
        } catch (URISyntaxException e) {
            throw new InvalidValueException("not a URL");
        }
        String scheme = url.getScheme();
        if (scheme == null || !schemes.contains(scheme.toLowerCase(Locale.ROOT))) {
            throw new InvalidValueException("does not begin with "
                    + schemes.stream().sorted().map(one -> one + "://").collect(Collectors.joining(" or ")));
        }
        if (url.getHost() == null) {
            throw new InvalidValueException("has no host");
        }
        if (url.getPort() > 65535) {
            throw new InvalidValueException("its port is larger than 65535");
        }
        if (url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new InvalidValueException("has a query or a fragment");
        }
        return url;
    }

    static ValueType<WebhookUrls> webhookUrls() {
        String allowed = "a list, or with commas between: at most " + MAX_WEBHOOKS + " http or https URLs";
        ValueType.Parser<WebhookUrls> parser = (text, surroundings) -> {
            List<URI> urls = new ArrayList<>();
            for (String one : text.split(",", -1)) {
                urls.add(webhookUrl(one.strip()));
            }
            if (urls.size() > MAX_WEBHOOKS) {
                throw new InvalidValueException("has more than " + MAX_WEBHOOKS + " elements");
            }
            if (Set.copyOf(urls).size() < urls.size()) {
                throw new InvalidValueException("has an element twice");
            }
            return new WebhookUrls(urls);
        };
        return new ValueType<>(WebhookUrls.class, allowed, Showing.NOTHING, parser, true);
    }

    /** A query is part of some providers' URLs. */
    private static URI webhookUrl(String text) throws InvalidValueException {
        int query = text.indexOf('?');
        originOf(query < 0 ? text : text.substring(0, query));
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new InvalidValueException("not a URL");
        }
    }

    static ValueType<ProxyAddress> proxyUrl() {
        String allowed = "http:// or socks5://, perhaps USER:PASSWORD@, a host and a port";
        return new ValueType<>(
                ProxyAddress.class, allowed, Showing.NOTHING, (text, surroundings) -> proxyAddressOf(text));
    }

    static ValueType<ProxyAddress> proxyUrlFile() {
        return ValueTypes.inFile(proxyUrl(), "a readable file that holds the URL and nothing else");
    }

    private static ProxyAddress proxyAddressOf(String text) throws InvalidValueException {
        URI url = uriOf(text, Set.of("http", "socks5"));
        if (url.getPort() < 1) {
            throw new InvalidValueException("has no port");
        }
        if (!url.getRawPath().isEmpty() && !url.getRawPath().equals("/")) {
            throw new InvalidValueException("has a path");
        }
        ProxyProtocol protocol = url.getScheme().equalsIgnoreCase("http") ? ProxyProtocol.HTTP : ProxyProtocol.SOCKS5;
        String host = withoutBrackets(url.getHost());
        String user = url.getRawUserInfo();
        if (user == null) {
            return new ProxyAddress(protocol, host, url.getPort(), null, null);
        }
        int colon = user.indexOf(':');
        if (colon < 1 || colon == user.length() - 1) {
            throw new InvalidValueException("has a user without a password, or the other way round");
        }
        return new ProxyAddress(
                protocol,
                host,
                url.getPort(),
                new Secret(decoded(user.substring(0, colon))),
                new Secret(decoded(user.substring(colon + 1))));
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** Percent-decoded; the URI's parser has made sure that it can be. */
    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    static ValueType<Authorities> authorities() {
        String allowed = "the path of a readable file of X.509 certificates in PEM";
        return new ValueType<>(Authorities.class, allowed, Showing.ALL, (text, surroundings) -> {
            Path file = surroundings.resolve(ValueTypes.pathOf(text));
            List<X509Certificate> certificates = certificatesOf(ValueTypes.readSmall(file, MAX_CA_FILE_BYTES));
            if (certificates.isEmpty()) {
                throw new InvalidValueException("the file holds no certificate");
            }
            return new Authorities(certificates);
        });
    }

    private static List<X509Certificate> certificatesOf(String pem) throws InvalidValueException {
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.ISO_8859_1)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (CertificateException e) {
            throw new InvalidValueException("the file does not hold certificates in PEM");
        }
    }

    static ValueType<String> upstreamName() {
        String allowed = "1 to 32 lower-case letters and digits, a letter first, other than openai and anthropic";
        return ValueTypes.matching(UPSTREAM_NAME, allowed, Showing.ALL);
    }

    static ValueType<String> extraHeaderName() {
        String allowed =
                "an HTTP header's name in lower case, not one that means a connection (connection, te, ...), that says"
                        + " how a body is framed or coded (content-length, accept-encoding, ...), host, or x-reprise-...";
        return new ValueType<>(String.class, allowed, Showing.ALL, (text, surroundings) -> {
            if (!LOWER_HEADER_NAME.matcher(text).matches()) {
                throw new InvalidValueException("malformed");
            }
            if (NO_EXTRA_HEADERS.contains(text) || text.startsWith("x-reprise-")) {
                throw new InvalidValueException("not for configuration");
            }
            return text;
        });
    }

    static ValueType<Secret> headerValue() {
        return ValueTypes.secretMatching(
                HEADER_VALUE, "visible ASCII characters and spaces, none of them first or last, at most 8192");
    }

    static ValueType<Words> modelPatterns() {
        return words(MODEL_PATTERN, "models' names, where `*` stands for any characters");
    }

    static ValueType<Words> pathPatterns() {
        return words(PATH_PATTERN, "request paths such as /v1/embeddings, where `*` stands for any characters");
    }

    static ValueType<Words> hostPatterns() {
        return words(HOST_PATTERN, "hosts, where `*` stands for any characters");
    }

    static ValueType<Words> words(Pattern pattern, String what) {
        return list(
                Words.class, "a list, or with commas between: " + what, pattern, texts -> new Words(texts.toList()));
    }

    static ValueType<Statuses> retriedStatuses() {
        return list(
                Statuses.class,
                "a list, or with commas between: statuses from 400 to 599",
                STATUS,
                texts -> new Statuses(texts.map(Integer::valueOf).collect(Collectors.toUnmodifiableSet())));
    }

    private static <T> ValueType<T> list(
            Class<T> javaType, String allowed, Pattern each, Function<Stream<String>, T> value) {
        ValueType.Parser<T> parser = (text, surroundings) -> {
            List<String> texts =
                    Stream.of(text.split(",", -1)).map(String::strip).toList();
            if (texts.size() > MAX_WORDS) {
                throw new InvalidValueException("has more than " + MAX_WORDS + " elements");
            }
            for (String one : texts) {
                if (!each.matcher(one).matches()) {
                    throw new InvalidValueException(one.isEmpty() ? "has an empty element" : "has a malformed element");
                }
            }
            if (Set.copyOf(texts).size() < texts.size()) {
                throw new InvalidValueException("has an element twice");
            }
            return value.apply(texts.stream());
        };
        return new ValueType<>(javaType, allowed, Showing.ALL, parser, true);
    }
}

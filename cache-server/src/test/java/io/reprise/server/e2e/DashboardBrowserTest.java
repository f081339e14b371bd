package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dashboard in a real browser, as a person uses it. Skipped where there is none. */
class DashboardBrowserTest {
    private static final String TOKEN = "open-sesame-of-the-browser";
    private static final String MARKUP = "<img src=x onerror=\"window.hurt=1\"><script>window.hurt=1</script>";

    @RegisterExtension
    static final Stage stage = Stage.with("admin_token=" + TOKEN);

    private static Browser browser;

    @BeforeAll
    static void openBrowser() {
        Optional<Path> program = Browser.program();
        assumeTrue(program.isPresent(), "no Chromium is on PATH: apt install chromium");
        browser = Browser.open(program.get());
        store("How do I close my account?", "Write to us.", "team:billing");
        store(MARKUP, MARKUP, "a<b>c");
        stage.anonymous()
                .post("/v1/cache/lookup", Chats.object().put("prompt", "x").put("model", MARKUP));
    }

    private static void store(String prompt, String answer, String tag) {
        var entry = Chats.object().put("prompt", prompt).put("completion", answer);
        entry.putArray("tags").add(tag);
        assertEquals(201, stage.anonymous().post("/v1/cache/entries", entry).status());
    }

    @AfterAll
    static void closeBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void logIn() {
        browser.size(1280, 900, 1);
        browser.prefers("light");
        browser.load(stage.server().url() + stage.server().loginPath(), page("overview"));
        browser.evaluate("localStorage.clear()");
    }

    @Test
    void token_logsInAndLogoutEnds() {
        browser.press("button", "Log out");
        browser.await("document.querySelector('form input[type=password]') === document.activeElement");
        assertEquals(0, browser.evaluate("document.cookie.length").asInt());

        browser.type("input[type=password]", "wrong");
        browser.key("Enter");
        browser.await("document.querySelector('[role=alert]').textContent.includes('not the administrator')");
        browser.type("input[type=password]", TOKEN);
        browser.press("button", "Log in");
        browser.await(page("overview"));

        onlyExpected("401");
    }

    /** Waits until the server has ended the session: the next login would be ended with it. */
    private void logOut() {
        browser.press("button", "Log out");
        browser.await("document.body.innerText.includes('is for its administrator')");
    }

    @Test
    void linkThatWasUsed_asksForTheToken() {
        logOut();
        String link = stage.server().url() + stage.server().loginPath();
        browser.load(link, page("overview"));
        logOut();
        browser.load(link, "document.body.innerText.includes('This link has been used')");
        assertEquals("/", browser.evaluate("location.pathname").asText());

        onlyExpected("401");
    }

    @ParameterizedTest
    @ValueSource(strings = {"overview", "explore", "answers", "audits", "money", "keys", "settings"})
    void page_isShownWithoutAComplaint(String name) {
        browser.evaluate("location.hash = '#/" + name + "'");
        browser.await(page(name));

        assertEquals(
                name,
                browser.evaluate("document.querySelector('nav [aria-current=page]').dataset.page")
                        .asText());
        assertFalse(browser.text().contains("cannot be shown"), browser.text());
        assertFalse(browser.text().contains("undefined") || browser.text().contains("NaN"), browser.text());
        assertEquals(List.of(), unnamed());
        assertFalse(browser.evaluate("'hurt' in window").asBoolean());
        onlyExpected("404");
    }

    /** What a screen reader would read nothing for, or a keyboard not reach. */
    private static List<String> unnamed() {
        return browser.evaluate("""
                [...document.querySelectorAll('button, input, select, a')].filter(e =>
                  !(e.textContent.trim() || e.ariaLabel || e.labels?.length || e.title)).map(e => e.outerHTML)
                  .concat([...document.querySelectorAll('th:not([scope])')].map(e => e.outerHTML))
                  .concat(['main', 'nav', 'header', 'h1', '[aria-live]'].filter(s => !document.querySelector(s)))
                  .concat([...document.querySelectorAll('[onclick], [style*="url"]')].map(e => e.outerHTML)).join('\\n')
                """).asText().lines().toList();
    }

    @Test
    void wholePage_isSmall() {
        int bytes = browser.evaluate(
                        "Promise.all([...new Set(performance.getEntriesByType('resource').map(e => e.name))]"
                                + ".filter(name => name.includes('/assets/')).map(name => fetch(name).then(file => file.blob())))"
                                + ".then(files => files.reduce((sum, file) => sum + file.size, 0))")
                .asInt();
        assertTrue(bytes > 50_000 && bytes < 300_000, bytes + " bytes");
    }

    @Test
    void storedMarkup_isText() {
        browser.evaluate("location.hash = '#/answers'");
        browser.await(page("answers"));
        browser.await("document.body.innerText.includes(" + "'onerror'" + ")");

        assertEquals(
                0,
                browser.evaluate("document.querySelectorAll('td img, td script').length")
                        .asInt());
        browser.press("td button", "<img");
        browser.await("document.querySelector('dialog.drawer .prose').textContent.includes('<script>')");
        assertEquals(
                0,
                browser.evaluate("document.querySelectorAll('dialog img').length")
                        .asInt());
        assertTrue(browser.text().contains("a<b>c"), browser.text());
        assertFalse(browser.evaluate("'hurt' in window").asBoolean());
        onlyExpected("404");
    }

    @Test
    void entry_isFoundAndDeleted() {
        store("What colour is the new bicycle?", "Green.", "bikes");
        browser.evaluate("location.hash = '#/answers'");
        browser.await(page("answers"));

        browser.type("input[name=q]", "bicycle");
        browser.await("document.querySelectorAll('tbody tr').length === 1");
        browser.press("td button", "bicycle");
        browser.press("dialog button.danger", "Delete");
        browser.await("document.querySelector('dialog.ask button') === document.activeElement");
        browser.press("dialog.ask button.danger", "Delete");
        browser.await("document.body.innerText.includes('Nothing fits')");

        assertEquals(
                0,
                stage.anonymous()
                        .get("/v1/cache/entries?tag=bikes")
                        .json()
                        .path("entries")
                        .size());
        onlyExpected("404");
    }

    @Test
    void call_isFilteredAndDrilledDownTo() {
        String model = "gpt-4o-mini-" + stage.key();
        stage.caller().post(Chats.PATH, Chats.asking("How far is the moon?").put("model", model));
        browser.evaluate("location.hash = '#/explore?model=" + model + "'");
        browser.await(page("explore"));
        browser.await(
                "[...document.querySelectorAll('tr.opens')].some(e => e.textContent.includes('/v1/chat/completions'))");
        assertEquals(
                "1",
                browser.evaluate("document.querySelector('tr.opens td:nth-child(2)').textContent")
                        .asText());

        browser.evaluate("[...document.querySelectorAll('tr.opens')].at(-1).click()");
        browser.await("document.querySelector('dialog.drawer .waterfall')");
        String call = browser.evaluate("document.querySelector('dialog.drawer').innerText")
                .asText();
        assertTrue(call.contains("It went upstream: nothing like it is stored."), call);
        assertTrue(call.contains("sentence model") && call.contains("upstream answers"), call);
        onlyExpected("404");
    }

    @Test
    void hitByMeaning_isVotedWrong() {
        stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));
        Answer hit = stage.caller().post(Chats.PATH, Chats.asking(Chats.PARAPHRASE));
        assertEquals("semantic", hit.header("x-reprise-outcome"));
        String pair = "document.querySelector('[data-lookup=\"" + hit.header("x-reprise-lookup") + "\"]')";
        browser.evaluate("location.hash = '#/answers'");
        browser.await(page("answers"));
        browser.await(pair);

        assertEquals(
                "do|can",
                browser.evaluate("[..." + pair
                                + ".querySelectorAll('mark')].reverse().map(m => m.textContent.trim()).join('|')")
                        .asText());
        browser.evaluate(pair + ".querySelector('[data-verdict=wrong]').click()");
        browser.await(pair + ".querySelector('.badge.wrong')");

        assertEquals(
                "miss",
                stage.caller().post(Chats.PATH, Chats.asking(Chats.PARAPHRASE)).header("x-reprise-outcome"));
        onlyExpected("404");
    }

    @Test
    void key_isMadeShownOnceAndRevoked() {
        browser.evaluate("location.hash = '#/keys'");
        browser.await(page("keys"));
        browser.type("input[name=name]", "bot <b>of billing</b>");
        browser.type("input[name=team]", "billing");
        browser.type("input[name=usd]", "10");
        browser.press("button", "Make key");
        browser.await("document.getElementById('new-key')?.textContent.startsWith('rk-')");
        String key = browser.evaluate("document.getElementById('new-key').textContent")
                .asText();
        assertEquals(
                200, stage.anonymous().with("x-api-key", key).get("/v1/key").status());

        browser.press("button", "Done");
        browser.await("[...document.querySelectorAll('td')].some(e => e.textContent === 'bot <b>of billing</b>')");
        assertFalse(browser.text().contains(key));
        browser.press("td button", "Revoke");
        browser.press("dialog.ask button.danger", "Revoke");
        browser.await("document.body.innerText.includes('No keys yet')");
        assertEquals(
                401, stage.anonymous().with("x-api-key", key).get("/v1/key").status());
        onlyExpected("404");
    }

    @Test
    void budget_isSet() {
        browser.evaluate("location.hash = '#/money'");
        browser.await(page("money"));
        browser.type("input[name=scope]", "team:sales");
        browser.type("input[name=usd]", "12.5");
        browser.press("button", "Set budget");
        browser.await("[...document.querySelectorAll('td')].some(e => e.textContent === 'team:sales')");
        assertTrue(browser.text().contains("$12.50 a day"), browser.text());
        onlyExpected("404");
    }

    @Test
    void theme_followsTheSystemUntilOneIsChosen() {
        String background = "getComputedStyle(document.body).backgroundColor";
        String light = browser.evaluate(background).asText();
        browser.prefers("dark");
        String dark = browser.evaluate(background).asText();
        assertNotEquals(light, dark);

        browser.evaluate("document.getElementById('theme').click()");
        assertEquals(light, browser.evaluate(background).asText());
        browser.load(stage.server().url() + "/#/settings", page("settings"));
        browser.evaluate("location.reload()");
        browser.await(page("settings") + " && " + background + " === '" + light + "'");
        onlyExpected("404");
    }

    @ParameterizedTest
    @ValueSource(strings = {"overview", "answers", "money", "settings"})
    void phone_scrollsInOneDirectionAlone(String name) {
        browser.size(390, 844, 2);
        browser.evaluate("location.hash = '#/" + name + "'");
        browser.await(page(name));

        assertTrue(
                browser.evaluate("document.documentElement.scrollWidth <= 390").asBoolean(), () -> browser.evaluate(
                                "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > 391"
                                        + " && !e.closest('.scroll, nav')).map(e => e.tagName + '.' + e.className).slice(0, 5).join()")
                        .asText());
        onlyExpected("404");
    }

    @Test
    void keyboard_reachesTheContentAndThePages() {
        browser.evaluate("document.activeElement.blur()");
        browser.key("Tab");
        assertEquals(
                "#main",
                browser.evaluate("document.activeElement.getAttribute('href')").asText());
        for (int tabs = 0; tabs < 3; tabs++) {
            browser.key("Tab");
        }
        assertEquals(
                "explore",
                browser.evaluate("document.activeElement.dataset.page").asText());
        browser.key("Enter");
        browser.await(page("explore"));
    }

    private static String page(String name) {
        return "document.querySelector('.page[data-page=" + name + "][data-ready]')";
    }

    /** Nothing was complained of but answers of this status, which pages ask for and understand. */
    private static void onlyExpected(String status) {
        List<String> others = browser.complaints().stream()
                .filter(complaint -> !(complaint.startsWith("network: ")
                        && (complaint.contains("status of " + status)
                                || complaint.contains("status of 404")
                                || complaint.contains("status of 401"))))
                .toList();
        assertEquals(List.of(), others);
    }
}

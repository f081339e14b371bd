package io.reprise.server.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WireUsageTest {
    @Test
    void openAiChat_isReadWithItsDetailsAndTier() {
        assertEquals(
                new Usage(100, 40, 10, 30, false, new UsageDetails(0, 5, 0, 7, 0, 0, "flex", 9)),
                WireUsage.openAi(Trees.of("{'service_tier':'flex','usage':{'prompt_tokens':100,'completion_tokens':30,"
                        + "'prompt_tokens_details':{'cached_tokens':40,'cache_write_tokens':10,'audio_tokens':5},"
                        + "'completion_tokens_details':{'reasoning_tokens':9,'audio_tokens':7}}}")));
    }

    @Test
    void openAiResponse_isReadWithItsDetailsAndSearches() {
        assertEquals(
                new Usage(100, 40, 10, 30, false, new UsageDetails(0, 0, 0, 0, 0, 2, "")),
                WireUsage.openAiResponse(Trees.of("{'service_tier':'default','output':[{'type':'web_search_call'},"
                        + "{'type':'web_search_call'},{'type':'message'}],'usage':{'input_tokens':100,"
                        + "'input_tokens_details':{'cached_tokens':40,'cache_write_tokens':10},'output_tokens':30}}")));
    }

    @Test
    void geminiInOpenAisForm_countsCachedTokensAsInput() {
        assertEquals(
                new Usage(100, 60, 0, 5, false),
                WireUsage.openAi(Trees.of("{'usage':{'prompt_tokens':100,'completion_tokens':5,'total_tokens':105,"
                        + "'prompt_tokens_details':{'cached_tokens':60}}}")));
    }

    @Test
    void deepSeek_isReadByItsOwnNameToo() {
        assertEquals(
                new Usage(100, 60, 0, 5, false),
                WireUsage.openAi(Trees.of("{'usage':{'prompt_tokens':100,'completion_tokens':5,"
                        + "'prompt_cache_hit_tokens':60,'prompt_cache_miss_tokens':40}}")));
    }

    @Test
    void anthropic_addsWhatWasReadAndWrittenToItsInput() {
        assertEquals(
                new Usage(175, 100, 50, 7, false, new UsageDetails(20, 0, 0, 0, 0, 3, "batch", 4)),
                WireUsage.anthropic(Trees.of("{'input_tokens':25,'cache_read_input_tokens':100,"
                        + "'cache_creation_input_tokens':50,'cache_creation':{'ephemeral_5m_input_tokens':30,"
                        + "'ephemeral_1h_input_tokens':20},'output_tokens':7,'service_tier':'batch',"
                        + "'output_tokens_details':{'thinking_tokens':4},"
                        + "'server_tool_use':{'web_search_requests':3}}")));
    }

    @Test
    void anthropicWithoutTheSum_countsItsParts() {
        assertEquals(
                new Usage(75, 0, 50, 7, false, new UsageDetails(20, 0, 0, 0, 0, 0, "")),
                WireUsage.anthropic(Trees.of("{'input_tokens':25,'cache_creation':{'ephemeral_5m_input_tokens':30,"
                        + "'ephemeral_1h_input_tokens':20},'output_tokens':7,'service_tier':'standard'}")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'prompt_tokens':10,'prompt_tokens_details':{'cached_tokens':8,'cache_write_tokens':3}}",
                "{'prompt_tokens':10,'prompt_tokens_details':{'audio_tokens':11}}",
                "{'prompt_tokens':10,'prompt_tokens_details':{'audio_tokens':-1}}",
                "{'prompt_tokens':10,'completion_tokens':1,'completion_tokens_details':{'audio_tokens':2}}"
            })
    void openAiUsageThatContradictsItself_isNone(String usage) {
        assertNull(WireUsage.openAiCounts(Trees.of(usage)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'input_tokens':1,'output_tokens':1,'cache_creation_input_tokens':5,"
                        + "'cache_creation':{'ephemeral_1h_input_tokens':6}}",
                "{'input_tokens':1,'output_tokens':1,'server_tool_use':{'web_search_requests':-1}}"
            })
    void anthropicUsageThatContradictsItself_isNone(String usage) {
        assertNull(WireUsage.anthropic(Trees.of(usage)));
    }

    @Test
    void details_comeBackFromAStoredCompletion() {
        Usage usage = new Usage(175, 100, 50, 70, true, new UsageDetails(20, 1, 2, 3, 4, 5, "flex", 6));
        assertEquals(
                usage,
                Completion.decode(Completion.ofText("a", "m", usage).encode()).usage());
    }
}

// Asks every case through the official Node SDKs and prints what their objects hold, a line of JSON per answer.
//
//     node ask.mjs CASES UPSTREAM_URL REPRISE_URL
//
// Each case is asked upstream itself, whole and streamed, and then of Reprise by two callers: the first asks whole, whole again
// and streamed, the second streamed, streamed again and whole.

import { readFileSync } from 'node:fs';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { LengthFinishReasonError } from 'openai/core/error';

const LEGS = [
  [['whole', 'miss'], ['whole', 'hit'], ['stream', 'other form']],
  [['stream', 'miss'], ['stream', 'hit'], ['whole', 'other form']],
];

/** The SDKs as one caller of one server, who retries nothing. */
class Sdk {
  constructor(url, key) {
    const seen = async (...request) => {
      const response = await fetch(...request);
      this.headers = response.headers;
      return response;
    };
    const options = { apiKey: key, maxRetries: 0, fetch: seen };
    this.openai = new OpenAI({ baseURL: url + '/v1', ...options });
    this.anthropic = new Anthropic({ baseURL: url, ...options });
  }

  /** What came: the answer and the events, or the error. */
  async ask(given, body, form) {
    this.headers = new Headers();
    let found;
    try {
      found = form === 'whole'
        ? { answer: await this.whole(given.wire, body) }
        : await this.stream(given.wire, { ...body, ...given.stream });
    } catch (failure) {
      const cut = failure instanceof LengthFinishReasonError;
      if (!cut && failure.status === undefined) throw failure;
      found = { error: cut ? { class: 'LengthFinishReasonError' } : describe(failure) };
    }
    return { ...found, outcome: this.headers.get('x-reprise-outcome') };
  }

  whole(wire, body) {
    switch (wire) {
      case 'chat': return this.openai.chat.completions.create(body);
      case 'completions': return this.openai.completions.create(body);
      case 'responses': return this.openai.responses.create(body);
      case 'embeddings': return this.openai.embeddings.create(body);
      default: return this.anthropic.messages.create(body);
    }
  }

  async stream(wire, body) {
    const events = [];
    let answer;
    if (wire === 'chat') {
      const stream = this.openai.chat.completions.stream(body);
      stream.on('chunk', (chunk) => events.push(...chatEvents(chunk)));
      answer = await stream.finalChatCompletion();
    } else if (wire === 'completions') {
      const chunks = [];
      for await (const chunk of await this.openai.completions.create({ ...body, stream: true })) chunks.push(chunk);
      events.push(...chunks.map((chunk) => (chunk.choices.length ? 'text' : 'usage')));
      answer = joined(chunks);
    } else if (wire === 'responses') {
      const stream = this.openai.responses.stream(body);
      stream.on('event', (event) => events.push(event.type));
      answer = await stream.finalResponse();
    } else {
      const stream = this.anthropic.messages.stream(body);
      stream.on('streamEvent', (event) => events.push(`${event.type} ${event.delta?.type ?? ''}`));
      answer = await stream.finalMessage();
    }
    return { answer, events: runs(events) };
  }
}

/** The kinds of the events in their order, each run of one kind once: how finely a text is cut is nobody's promise. */
const runs = (events) => events.filter((event, at) => at === 0 || events[at - 1] !== event);

/** What a chunk carries, one by one: a role may come with the first of what is said or before it. */
function chatEvents(chunk) {
  const kinds = [];
  for (const { delta, finish_reason: finish } of chunk.choices) {
    const names = Object.keys(delta).filter((name) => delta[name] && delta[name].length !== 0).sort();
    kinds.push(...names.filter((name) => name === 'role'), ...names.filter((name) => name !== 'role'));
    if (finish) kinds.push('finish');
  }
  return chunk.choices.length ? kinds : ['usage'];
}

/** Older completions, which the SDK does not put together itself. */
function joined(chunks) {
  const whole = { ...chunks.at(-1), choices: [] };
  for (const choice of chunks.flatMap((chunk) => chunk.choices)) {
    const sofar = (whole.choices[choice.index] ??= { text: '', logprobs: {} });
    sofar.text += choice.text;
    sofar.finish_reason = choice.finish_reason;
    for (const [name, values] of Object.entries(choice.logprobs ?? {})) (sofar.logprobs[name] ??= []).push(...values);
  }
  return whole;
}

const describe = (failure) => ({
  class: failure.constructor.name,
  status: failure.status,
  message: failure.message,
  body: failure.error,
  code: failure.code,
  param: failure.param,
  type: failure.type,
  'retry-after': failure.headers?.get('retry-after'),
});

const picked = (source, ...names) =>
  Object.fromEntries(names.filter((name) => source[name] != null).map((name) => [name, source[name]]));

/** The request of the next turn: all that was said, and what the user or the tools say now. */
function following(wire, body, answer, turn) {
  switch (wire) {
    case 'embeddings':
      return { ...body, input: [...body.input, turn.say] };
    case 'chat': {
      const { content, tool_calls: calls = [] } = answer.choices[0].message;
      const said = { role: 'assistant', content };
      if (calls.length) {
        said.tool_calls = calls.map((call) =>
          ({ ...picked(call, 'id', 'type'), function: picked(call.function, 'name', 'arguments') }));
      }
      const results = calls.map((call) => ({ role: 'tool', tool_call_id: call.id, content: turn.toolResult }));
      return { ...body, messages: [...body.messages, said, ...(calls.length ? results : [{ role: 'user', content: turn.say }])] };
    }
    case 'messages': {
      const names = ['type', 'text', 'thinking', 'signature', 'id', 'name', 'input'];
      const said = { role: 'assistant', content: answer.content.map((block) => picked(block, ...names)) };
      const results = answer.content.filter((block) => block.type === 'tool_use').map((block) =>
        ({ type: 'tool_result', tool_use_id: block.id, content: turn.toolResult }));
      return { ...body, messages: [...body.messages, said, { role: 'user', content: results.length ? results : turn.say }] };
    }
    default: {
      const said = answer.output.map((item) => item.type === 'message'
        ? { role: 'assistant', content: item.content[0].text }
        : picked(item, 'type', 'call_id', 'name', 'arguments'));
      const results = answer.output.filter((item) => item.type === 'function_call').map((item) =>
        ({ type: 'function_call_output', call_id: item.call_id, output: turn.toolResult }));
      return { ...body, input: [...body.input, ...said, ...(results.length ? results : [{ role: 'user', content: turn.say }])] };
    }
  }
}

async function converse(sdk, given, form, leg) {
  let body = leg === 'miss' ? { ...given.body, ...given.first } : given.body;
  let found;
  for (const [number, turn] of [null, ...(given.then ?? [])].entries()) {
    if (turn) body = following(given.wire, body, found.answer, turn);
    found = await sdk.ask(given, body, form);
    console.log(JSON.stringify({ wire: given.wire, case: given.name, turn: number, form, leg, ...found }));
    if (found.error) return;
  }
}

const [cases, upstream, reprise] = process.argv.slice(2);
const direct = new Sdk(upstream, 'sk-e2e-node');
for (const [number, given] of JSON.parse(readFileSync(cases, 'utf8')).entries()) {
  const streams = given.wire !== 'embeddings';
  for (const form of streams ? ['whole', 'stream'] : ['whole']) await converse(direct, given, form, 'direct');
  for (const [caller, legs] of (streams ? LEGS : LEGS.slice(0, 1)).entries()) {
    const sdk = new Sdk(reprise, `sk-e2e-node-${number}-${caller}`);
    for (const [form, leg] of streams ? legs : legs.slice(0, 2)) await converse(sdk, given, form, leg);
  }
}

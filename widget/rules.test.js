// The panel's pure rules: node --test widget/
import assert from "node:assert/strict";
import { test } from "node:test";
import { apply, empty, load, owes, pulse, purge, put, speaker, timeline, unread } from "./panel/state.js";
import { backoff, breaksTime, length, pieces, readable } from "./panel/text.js";

const C = "c1";
const message = (id, author, at, more = {}) => ({ id, conversation: C, author, name: author === "rep" ? "Maya Lindqvist" : "Nora", body: id, state: "sent", at, ...more });
const session = (messages = [], more = {}) => ({ conversation: C, seq: 7, messages, ...more });
const event = (seq, event, at = seq) => ({ seq, at, event });
const control = (owner, name = null) => ({ kind: "control_changed", conversation: C, control: { owner, name } });
const chatOf = (...messages) => { const chat = empty(); load(chat, session(messages)); return chat; };

test("only http and https become links, without the sentence's own marks", () => {
  const links = (text) => pieces(text).filter(({ href }) => href).map(({ text }) => text);
  assert.deepEqual(links("See https://a.example/x, or (http://b.example/c_(d))."), ["https://a.example/x", "http://b.example/c_(d)"]);
  assert.deepEqual(links("javascript:alert(1) data:text/html,x ftp://a.example //b.example http://"), []);
  for (const text of ["no link", "https://a.example", "a https://a.example b <b>https://c.example</b>", ""]) {
    assert.equal(pieces(text).map((piece) => piece.text).join(""), text, "nothing is lost or added");
  }
});

test("a growing answer shows nothing before its first sentence, then whole words", () => {
  assert.equal(readable("At your size most ro"), "");
  assert.equal(readable("Version 2.5 is n"), "", "a point inside a number ends no sentence");
  assert.equal(readable("Yes."), "Yes.");
  assert.equal(readable("Yes. At your si"), "Yes. At your");
  assert.equal(readable("Yes. At your size "), "Yes. At your size");
});

test("a message never goes back, whatever the order of the news", () => {
  const chat = chatOf(message("m1", "visitor", 1));
  const mark = (seq, state) => apply(chat, event(seq, { kind: "message_marked", conversation: C, messages: ["m1"], state }));
  mark(9, "read");
  mark(8, "delivered");
  apply(chat, event(8, { kind: "message_sent", message: message("m1", "visitor", 1) }));
  load(chat, session([message("m1", "visitor", 1, { state: "delivered" })]));
  assert.equal(chat.messages.get("m1").state, "read");
});

test("a stored message takes the place of what waited and of its draft, and a late draft does not return", () => {
  const chat = chatOf();
  chat.waiting = [{ id: "m1", body: "hello", at: 1, state: "pending" }];
  pulse(chat, { kind: "draft", message: "m2", text: "Yes" }, 1);
  apply(chat, event(8, { kind: "message_sent", message: message("m1", "visitor", 1) }));
  apply(chat, event(9, { kind: "message_sent", message: message("m2", "assistant", 2) }));
  pulse(chat, { kind: "draft", message: "m2", text: "Yes, it" }, 3);
  assert.deepEqual([chat.waiting, chat.draft, chat.messages.size, chat.seq], [[], null, 2, 9]);
});

test("another conversation's news changes nothing but the number seen", () => {
  const chat = chatOf(message("m1", "visitor", 1));
  apply(chat, event(8, { kind: "message_sent", message: message("x", "rep", 2, { conversation: "c2" }) }));
  assert.deepEqual([[...chat.messages.keys()], chat.seq], [["m1"], 8]);
});

test("typing goes after 5 s, a draft after 15 s", () => {
  const chat = chatOf();
  pulse(chat, { kind: "typing", who: "rep", name: "Maya" }, 0);
  pulse(chat, { kind: "draft", message: "m1", text: "Yes" }, 0);
  assert.equal(purge(chat, 4_999), false);
  assert.equal(purge(chat, 5_000), true);
  assert.ok(!chat.typing && chat.draft);
  assert.equal(purge(chat, 15_000), true);
  assert.equal(chat.draft, null);
});

test("an answer is owed from the visitor's message until somebody speaks, the assistant has not the word, or 20 s have gone", () => {
  const chat = chatOf(message("m1", "visitor", 1));
  assert.equal(owes(chat, 0), false, "what was there before is not waited for");
  put(chat, message("m2", "visitor", 2), 1_000);
  assert.equal(owes(chat, 20_999), true);
  assert.equal(owes(chat, 21_000), false);
  put(chat, message("m3", "assistant", 3), 2_000);
  assert.equal(owes(chat, 2_000), false);
  put(chat, message("m4", "visitor", 4), 3_000);
  apply(chat, event(9, control("waiting")));
  assert.equal(owes(chat, 3_000), false);
});

test("a hand-over is said once: announced and by the first words", () => {
  const said = (chat) => timeline(chat).map(({ message, notice }) => message?.id ?? notice.owner);
  const chat = chatOf(message("m1", "visitor", 1), message("m2", "assistant", 2));
  apply(chat, event(8, control("waiting"), 3));
  apply(chat, event(9, { kind: "message_sent", message: message("m3", "assistant", 4) }));
  apply(chat, event(10, control("person", "Maya Lindqvist"), 5));
  apply(chat, event(11, { kind: "message_sent", message: message("m4", "rep", 6) }));
  apply(chat, event(11, control("person", "Maya Lindqvist"), 5));
  apply(chat, event(12, control("assistant"), 7));
  apply(chat, event(13, { kind: "message_sent", message: message("m5", "assistant", 8) }));
  assert.deepEqual(said(chat), ["m1", "m2", "waiting", "m3", "person", "m4", "assistant", "m5"]);
  assert.equal(speaker(chat).owner, "assistant");
  const loaded = chatOf(...chat.messages.values());
  assert.deepEqual(said(loaded), ["m1", "m2", "m3", "person", "m4", "assistant", "m5"], "the thread alone tells it too");
});

test("unread is what came from the other side and was not read", () => {
  const chat = chatOf(message("m1", "visitor", 1), message("m2", "assistant", 2, { state: "read" }), message("m3", "rep", 3));
  assert.deepEqual(unread(chat), ["m3"]);
});

test("waits grow from 1 s to 15 s and differ by up to a quarter", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 9].map((n) => backoff(n, 0)), [1000, 2000, 4000, 8000, 15000, 15000]);
  assert.equal(backoff(0, 1), 750);
});

test("characters are counted as the server counts them; time stands after an hour of silence", () => {
  assert.equal(length("a😀"), 2);
  assert.ok(breaksTime(undefined, 0));
  const noon = new Date(2026, 0, 5, 12).getTime();
  assert.ok(!breaksTime(noon, noon + 3_600_000) && breaksTime(noon, noon + 3_600_001));
});

test("what the assistant had begun is gone once it is withdrawn, and does not come back after a person", () => {
  const chat = chatOf(message("a", "visitor", 1));
  const draft = (text) => pulse(chat, { kind: "draft", message: "b", text }, 2);
  draft("One moment");
  pulse(chat, { kind: "draft_dropped", message: "x" }, 2);
  assert.equal(chat.draft.text, "One moment");
  pulse(chat, { kind: "draft_dropped", message: "b" }, 2);
  assert.equal(chat.draft, null);
  apply(chat, event(8, control("person", "Maya")));
  draft("One moment, I");
  assert.equal(chat.draft, null);
  apply(chat, event(9, control("assistant")));
  draft("One moment");
  assert.equal(chat.draft.text, "One moment");
});

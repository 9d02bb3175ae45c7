// What is known of the chat, and the pure rules by which news changes it. Draws nothing, asks nobody.

const ORDER = ["failed", "pending", "sent", "delivered", "read"];

/** The later of two states: a message never goes back. A failed one is the only one that may start again. */
export const later = (a, b) => (ORDER.indexOf(b) > ORDER.indexOf(a) ? b : a);

/** An empty chat. `waiting` are the visitor's messages that the server has not confirmed. */
export const empty = () => ({
  conversation: null,
  seq: 0,
  messages: new Map(),
  waiting: [],
  notices: [],
  owner: null,
  draft: null,
  typing: null,
  // When the visitor was last heard, by this browser's clock; nothing for what was there before.
  heard: null,
  owed: false,
});

/** Takes over what the server says the chat is now. Waiting messages stay unless the server has them. */
export function load(chat, session) {
  chat.conversation = session.conversation;
  chat.seq = session.seq;
  const before = chat.messages;
  chat.messages = new Map();
  chat.draft = chat.typing = null;
  chat.owner = session.control ?? chat.owner;
  for (const message of session.messages) {
    const known = before.get(message.id);
    chat.messages.set(message.id, known ? { ...message, state: later(known.state, message.state) } : message);
  }
  chat.waiting = chat.waiting.filter(({ id }) => !chat.messages.has(id));
}

/** Puts a stored message in place of whatever stood for it before. */
export function put(chat, message, now = Date.now()) {
  const known = chat.messages.get(message.id);
  if (message.author === "visitor" && !known) chat.heard = now;
  if (message.author !== "visitor") chat.heard = null;
  chat.messages.set(message.id, known ? { ...message, state: later(known.state, message.state) } : message);
  chat.conversation ??= message.conversation;
  chat.waiting = chat.waiting.filter(({ id }) => id !== message.id);
  if (chat.draft?.id === message.id) chat.draft = null;
  // Whoever has spoken is no longer typing.
  if (chat.typing?.who === message.author) chat.typing = null;
  if (message.author === "rep") chat.draft = null;
}

/** Applies one stored event; kinds that do not concern a visitor change nothing. */
export function apply(chat, { seq, at, event }) {
  chat.seq = Math.max(chat.seq, seq);
  if (event.kind === "message_sent" && event.message.conversation === chat.conversation) {
    put(chat, event.message);
  } else if (event.kind === "message_marked" && event.conversation === chat.conversation) {
    for (const id of event.messages) {
      const message = chat.messages.get(id);
      if (message) chat.messages.set(id, { ...message, state: later(message.state, event.state) });
    }
  } else if (event.kind === "control_changed" && event.conversation === chat.conversation) {
    const { owner, name } = event.control;
    const changed = chat.owner?.owner !== owner || chat.owner?.name !== name;
    chat.owner = { owner, name };
    if (changed) chat.notices.push({ at, owner, name });
    if (owner !== "assistant") chat.draft = null;
    chat.typing = null;
  }
}

/** Applies one passing frame; `now` is when it came, so that it can grow stale. */
export function pulse(chat, { kind, who, name, message, text }, now) {
  if (kind === "typing" && who !== "visitor") chat.typing = { who, name, at: now };
  // A draft may arrive after the message that it became.
  // Nor does it count once a person has the word: what the assistant had begun comes to nothing.
  if (kind === "draft" && !chat.messages.has(message) && speaker(chat).owner === "assistant") chat.draft = { id: message, text, at: now };
  if (kind === "draft_dropped" && chat.draft?.id === message) chat.draft = null;
}

/** Whether the assistant owes an answer: it has the word, and the visitor spoke last, a moment ago. */
export const owes = (chat, now) =>
  chat.heard !== null && now - chat.heard < 20_000 && chat.waiting.length === 0 && speaker(chat).owner === "assistant";

/** Drops typing marks after 5 s, drafts that nobody has continued for 15 s, and answers that are owed for 20 s. Says whether anything went. */
export function purge(chat, now) {
  const { typing, draft, owed } = chat;
  chat.owed = owes(chat, now);
  if (typing && now - typing.at >= 5_000) chat.typing = null;
  if (draft && now - draft.at >= 15_000) chat.draft = null;
  return typing !== chat.typing || draft !== chat.draft || owed !== chat.owed;
}

/** Who answers now: as last announced, else as the thread itself shows. */
export function speaker(chat) {
  if (chat.owner) return chat.owner;
  const last = inOrder(chat).findLast(({ author }) => author !== "visitor");
  return last?.author === "rep" ? { owner: "person", name: last.name } : { owner: "assistant", name: null };
}

/** The stored messages, oldest first. */
export const inOrder = (chat) => [...chat.messages.values()].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));

/** Everything the thread shows, in order: messages, then what waits; hand-overs stand where they happened, said once. */
export function timeline(chat) {
  const stored = inOrder(chat).map((message) => ({ at: message.at, message }));
  const items = [...stored, ...chat.notices.map((notice) => ({ at: notice.at, notice }))].sort((a, b) => a.at - b.at);
  let voice = "assistant", asked = false;
  const shown = [];
  for (const item of items) {
    const { message, notice } = item;
    if (message && message.author !== "visitor") {
      const speaks = message.author === "rep" ? message.name : "assistant";
      if (speaks !== voice) shown.push({ notice: { at: item.at, owner: speaks === "assistant" ? "assistant" : "person", name: speaks } });
      voice = speaks;
    } else if (notice?.owner === "waiting") {
      // The assistant may go on talking while a person is being asked for.
      asked = true;
    } else if (notice) {
      const speaks = notice.owner === "person" ? notice.name : "assistant";
      if (speaks === voice && !asked) continue;
      voice = speaks;
      asked = false;
    }
    shown.push(item);
  }
  return [...shown, ...chat.waiting.map((message) => ({ message: { ...message, author: "visitor" } }))];
}

/** What has come from the other side and was not read: the ids, oldest first. */
export const unread = (chat) => inOrder(chat).filter(({ author, state }) => author !== "visitor" && state !== "read").map(({ id }) => id);

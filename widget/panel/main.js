// The chat panel: wires state, connection and drawing together. Without it the page is a plain form.
import { api } from "./api.js";
import { composer } from "./composer.js";
import { byId } from "./dom.js";
import { attachments } from "./files.js";
import { head } from "./head.js";
import { drawer, embedded, listen, tell } from "./host.js";
import { link } from "./link.js";
import { outbox } from "./outbox.js";
import { empty, inOrder, purge, speaker, unread } from "./state.js";
import { thread } from "./thread.js";

const panel = byId("panel").dataset;
const kept = drawer(panel.key);
const chat = empty();
const starters = document.querySelectorAll("[data-starter]");
let token = kept.get("token") ?? (panel.token || null);
let { assistant, company } = panel;
let live = panel.live === "true";
let page, isOpen = !embedded, closed = false, firstDraw = true, wasAway = false, missed = null, markedUpto = null, backUntil = 0, timer;

// What the server has drawn is the first state.
for (const item of document.querySelectorAll("#log [data-message]")) {
  const { message: id, author, state, name, at } = item.dataset;
  chat.messages.set(id, { id, author, state, name, at: Number(at), body: item.querySelector(".text").textContent });
}

const server = api(panel.key, () => token);
const keepToken = (fresh) => {
  if (!fresh || fresh === token && kept.get("token") === fresh) return;
  token = fresh;
  kept.set("token", fresh);
  tell({ spotlight: "token", token: fresh });
};
// A token that is no longer known makes a new visitor, not a locked door.
const freely = async (ask) => {
  try { return await ask(); } catch (refused) {
    if (refused.kind !== "denied" || !token) throw refused;
    token = null;
    return ask();
  }
};
const openSession = async () => {
  const session = await freely(server.session);
  keepToken(session.token);
  ({ assistant: { name: assistant, live }, company } = session);
  return session;
};

const view = thread({ assistant, greeting: panel.greeting, fetchFile: async (id) => files.own(id) ?? server.file(id), on: { retry: (id) => out.retry(id), remove: (id) => { out.remove(id); field.focus(); } } });
const around = head({ assistant, company, tryNow: () => connection.attempt() });
const connection = link({
  chat,
  open: openSession,
  token: () => token,
  on: {
    changed,
    drafted,
    up() {
      if (wasAway) {
        const fresh = missed ? inOrder(chat).filter(({ id, author }) => author !== "visitor" && !missed.has(id)).length : 0;
        backUntil = Date.now() + 3_000;
        around.say("back", fresh ? `You’re back. ${fresh} new ${fresh === 1 ? "reply" : "replies"}.` : "You’re back.");
        missed = null;
        wasAway = false;
      }
      out.save();
      out.flush();
    },
    gone() {
      closed = true;
      around.say("trouble", "This chat is no longer available.");
      field.close("This chat is closed");
      changed();
    },
  },
});
const out = outbox({
  chat,
  kept,
  async send({ id, body, files = [] }) {
    if (!token) await openSession();
    const message = { id, body, files: files.map((file) => file.id) };
    try { return await server.send({ ...message, page }); } catch (refused) {
      if (refused.kind !== "denied") throw refused;
      keepToken((await openSession()).token);
      return server.send({ ...message, page });
    }
  },
  on: { changed, stored: () => connection.attach(), offline: () => connection.lost() },
});
let fit = () => {};
const files = attachments({ upload: server.upload, changed: () => fit() });
const field = composer({ kept, files, on: { send: (body, going) => out.add(body, going), typing: () => connection.typing() } });
fit = field.fit;

// Any number of changes in one task are one drawing.
let due = false;
function changed() {
  if (due) return;
  due = true;
  queueMicrotask(() => { due = false; draw(); });
}
// Growing text is drawn every 60 ms at most.
function drafted() {
  timer ??= setTimeout(() => { timer = undefined; draw(); }, 60);
}

function draw() {
  const { up, lostAt, nextTry, kind } = connection.state;
  const now = Date.now();
  const away = !up && lostAt > 0 && now - lostAt >= 2_000;
  if (away) {
    wasAway = true;
    // Before the first session there is nothing to compare with.
    if (!firstDraw) missed ??= new Set(chat.messages.keys());
  }
  if (!closed) {
    const seconds = Math.max(0, Math.ceil((nextTry - now) / 1000));
    const when = seconds ? `Trying again in ${seconds} s.` : "Trying again.";
    if (away && kind === "offline") around.say("offline", `No connection. ${when}`, true);
    else if (away && kind) around.say("trouble", `The chat does not answer. Your words are kept. ${when}`, true);
    else if (now >= backUntil) {
      backUntil = 0;
      around.say(null);
    }
  }
  // A person is asked for where an assistant answers; otherwise one answers anyway, or nobody does.
  for (const starter of starters) starter.hidden = closed || !live;
  byId("invite").hidden = closed;
  files.allow(!closed && Boolean(chat.conversation));
  const typing = chat.typing?.name ?? (chat.draft ? assistant : null);
  around.who(speaker(chat), { live, up: up || !away, typing });
  view.draw(chat, { offline: away, quiet: firstDraw });
  if (connection.state.loaded) firstDraw = false;
  mark();
}

/** Tells the server how far the visitor has received or read, and the loader how much is waiting. */
function mark() {
  const waiting = unread(chat);
  const seen = isOpen && document.visibilityState === "visible";
  tell({ spotlight: "unread", n: seen ? 0 : waiting.length });
  const upto = waiting.at(-1);
  if (!upto || !connection.state.up || markedUpto === `${seen} ${upto}`) return;
  markedUpto = `${seen} ${upto}`;
  (seen ? server.read : server.delivered)(upto).then(
    () => {
      if (!seen) return;
      for (const id of waiting) chat.messages.set(id, { ...chat.messages.get(id), state: "read" });
      changed();
    },
    (refused) => { if (refused.kind === "offline") markedUpto = null; },
  );
}

setInterval(() => {
  const stale = purge(chat, Date.now());
  if (stale || !connection.state.up || (backUntil && Date.now() >= backUntil)) changed();
}, 1_000);
document.addEventListener("visibilitychange", changed);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.isComposing) tell({ spotlight: "close" });
});
for (const starter of starters) {
  starter.addEventListener("click", () => { out.add(starter.dataset.starter); field.focus(); });
}
byId("close").hidden = !embedded;
byId("close").addEventListener("click", () => tell({ spotlight: "close" }));

let begin;
const begun = new Promise((resolve) => { begin = resolve; });
listen({
  open() { isOpen = true; field.focus(); changed(); },
  closed() { isOpen = false; changed(); },
  page({ url, title }) { page = { url: String(url), title: String(title) }; },
  // The site remembers the visitor even where this frame may store nothing.
  token(message) { token = message.token || token; begin(); },
});
tell({ spotlight: "ready", name: assistant });
if (embedded) setTimeout(begin, 1_000);
else begin();
changed();
begun.then(connection.attempt);

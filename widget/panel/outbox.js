// Messages on their way: drawn at once, sent one after another, kept over a reload, repeated with the same id.
import { put } from "./state.js";
import { backoff } from "./text.js";

const TRIES = 4;

/** `send(message)` stores one message or throws `Refused`. `on` hears changed(), stored(), offline(). */
export function outbox({ chat, kept, send, on }) {
  let busy = false, timer;
  const save = () => {
    const plain = chat.waiting.map(({ id, body, files, at, state, why }) => ({ id, body, files, at, ...(state === "failed" && { why }) }));
    kept.set("waiting", plain.length ? JSON.stringify(plain) : "");
  };
  const update = (id, change) => {
    chat.waiting = chat.waiting.map((message) => (message.id === id ? { ...message, ...change } : message));
    save();
    on.changed();
  };
  const later = (ms) => { clearTimeout(timer); timer = setTimeout(flush, ms); };

  // What is to be done with a message that was refused; true means: go on with the next one.
  const refused = (message, { kind, wait, message: words }) => {
    if (kind === "offline") { on.offline(); return false; }
    if (kind === "slow") {
      const seconds = Math.ceil((wait || 5_000) / 1000);
      update(message.id, { why: `Many messages at once. Goes out in ${seconds} s` });
      later(seconds * 1000);
      return false;
    }
    if (kind === "unavailable" && (message.tries ?? 0) + 1 < TRIES) {
      update(message.id, { tries: (message.tries ?? 0) + 1 });
      later(backoff(message.tries ?? 0));
      return false;
    }
    const why = kind === "invalid" ? `Not sent. ${words || "The server did not accept it."}`
      : kind === "unavailable" ? "Not sent. The chat did not answer." : "Not sent. This chat is closed.";
    update(message.id, { state: "failed", why });
    return true;
  };

  async function flush() {
    if (busy) return;
    busy = true;
    try {
      for (;;) {
        const message = chat.waiting.find(({ state }) => state === "pending");
        if (!message) return;
        try {
          const stored = await send(message);
          put(chat, stored.message);
          chat.conversation ??= stored.conversation;
          save();
          on.stored();
          on.changed();
        } catch (error) {
          if (!refused(message, error)) return;
        }
      }
    } finally {
      busy = false;
    }
  }

  try {
    for (const { id, body, files, at, why } of JSON.parse(kept.get("waiting") ?? "[]")) {
      chat.waiting.push({ id, body, files, at, why, state: why ? "failed" : "pending" });
    }
  } catch { kept.set("waiting", ""); }

  return {
    flush,
    /** Writes off what the server turned out to have. */
    save,
    add(body, files = []) {
      chat.waiting.push({ id: crypto.randomUUID(), body, files, at: Date.now(), state: "pending" });
      save();
      on.changed();
      flush();
    },
    retry(id) { update(id, { state: "pending", why: undefined, tries: 0 }); flush(); },
    remove(id) {
      chat.waiting = chat.waiting.filter((message) => message.id !== id);
      save();
      on.changed();
    },
  };
}

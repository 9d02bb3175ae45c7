// Keeps the chat connected: a session, then the socket, and again after each loss.
import { socket } from "./live.js";
import { apply, load, pulse } from "./state.js";
import { backoff } from "./text.js";

/**
 * `open()` asks the server for the session and may throw `Refused`. `on` hears changed(), drafted(), up(), gone().
 * The result tells `up`, `lostAt` and `nextTry` (ms since 1970), and `kind` of the last failure.
 */
export function link({ chat, open, token, on }) {
  const state = { up: false, loaded: false, lostAt: Date.now(), nextTry: 0, kind: null };
  let tries = 0, timer, trying = false, line = null;

  const isUp = () => {
    tries = 0;
    Object.assign(state, { up: true, lostAt: 0, nextTry: 0, kind: null });
    on.up();
    on.changed();
  };
  const lost = (kind) => {
    clearTimeout(timer);
    const wait = backoff(tries++);
    Object.assign(state, { up: false, kind, lostAt: state.lostAt || Date.now(), nextTry: Date.now() + wait });
    timer = setTimeout(attempt, wait);
    on.changed();
  };
  const hang = () => {
    const old = line;
    line = null;
    old?.close();
  };
  const reload = () => { state.loaded = false; hang(); attempt(); };

  const dial = () => {
    // Each socket answers for itself only: one that was hung up is not heard.
    const own = socket({
      token: token(),
      topic: `conversation:${chat.conversation}`,
      since: chat.seq,
      on: {
        up: () => own === line && isUp(),
        event: (frame) => { apply(chat, frame); on.changed(); },
        pulse: (news) => { pulse(chat, news, Date.now()); on.drafted(); },
        beat: (seq) => { chat.seq = Math.max(chat.seq, seq); },
        snapshot: () => own === line && reload(),
        denied: () => own === line && (state.loaded = false, own.close()),
        down: () => { if (own === line) { line = null; lost("offline"); } },
      },
    });
    line = own;
  };

  async function attempt() {
    clearTimeout(timer);
    if (trying || line) return;
    trying = true;
    try {
      if (!state.loaded) {
        load(chat, await open());
        state.loaded = true;
        on.changed();
      }
      if (chat.conversation) dial();
      else isUp();
    } catch (refused) {
      if (refused.kind === "gone") on.gone();
      else lost(refused.kind ?? "unavailable");
    } finally {
      trying = false;
    }
  }

  window.addEventListener("online", () => { if (!state.up) attempt(); });
  window.addEventListener("offline", () => { if (line) line.close(); else if (state.up) lost("offline"); });

  return {
    state,
    attempt,
    /** A request found no server: look again from the start. */
    lost() { state.loaded = false; hang(); if (state.up) lost("offline"); },
    /** The first message made a conversation: listen to it. */
    attach() { if (state.up && !line && chat.conversation) dial(); },
    typing: () => line?.typing(),
  };
}

// Draws the thread: what is stored and waiting in the log, what is still growing below it.
import { byId, el, icon } from "./dom.js";
import { attached } from "./files.js";
import { owes, timeline } from "./state.js";
import { breaksTime, firstName, initials, moment, pieces, readable } from "./text.js";

const NEAR = 80;
const STATES = { pending: ["clock", "Sending"], sent: ["check", "Sent"], delivered: ["check-check", "Delivered"], read: ["check-check", "Read"] };

/** The thread. `on` hears retry(id) and remove(id); `fetchFile(id)` resolves to a file of it. */
export function thread({ assistant, greeting, fetchFile, on }) {
  const scroller = byId("scroll");
  const log = byId("log");
  const growing = byId("growing");
  const pill = byId("pill");
  const bot = document.querySelector("#face .bot");
  let drawn = new Map(), atBottom = true, last = null;

  const toBottom = () => { scroller.scrollTop = scroller.scrollHeight; };
  scroller.addEventListener("scroll", () => {
    atBottom = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight <= NEAR;
    if (atBottom) pill.hidden = true;
  });
  pill.addEventListener("click", () => { pill.hidden = true; toBottom(); scroller.focus(); });
  new ResizeObserver(() => atBottom && toBottom()).observe(scroller);

  const face = (message) => {
    if (message.author === "rep") return person(message.name);
    const lamp = bot.cloneNode(true);
    lamp.setAttribute("aria-hidden", "true");
    return lamp;
  };

  const makeMessage = (message) => {
    const mine = message.author === "visitor";
    const who = mine ? "You" : message.author === "rep" ? message.name : `${message.name || assistant}, AI assistant`;
    const words = el("div", "text", {}, ...pieces(message.body).map(({ text, href }) =>
      href ? el("a", "", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, text) : text));
    const bubble = el("div", "bubble", {}, el("span", "sr-only", {}, `${who}: `), words);
    if (message.sources?.length) bubble.append(el("p", "sources", {}, `From ${message.sources.join(", ")}`));
    if (!message.body) words.hidden = true;
    if (message.files?.length) bubble.append(attached(message.files, fetchFile));
    if (message.partial) bubble.append(el("p", "sources", {}, "Left unfinished"));
    const attributes = message.id ? { "data-message": message.id } : {};
    const item = el("article", "msg", { ...attributes, "data-author": message.author });
    if (mine) item.append(bubble, el("div", "meta"));
    else item.append(el("span", "face", {}, face(message)), bubble);
    return item;
  };

  // Only what changes after the first drawing: the state, its line, and the face at the end of a run.
  const refresh = (item, message, endsRun, tellState, offline) => {
    item.dataset.state = message.state;
    item.classList.toggle("last", endsRun);
    const meta = item.querySelector(".meta");
    if (!meta) return;
    const [name, words] = message.state === "failed" ? ["alert", message.why]
      : message.state === "pending" && offline ? ["alert", "Not sent. Goes out when you’re back"]
      : message.state === "pending" && message.why ? ["clock", message.why]
      : STATES[message.state];
    const key = tellState || message.state === "failed" || message.state === "pending" ? `${name} ${words}` : "";
    if (meta.dataset.key === key) return;
    meta.dataset.key = key;
    meta.classList.toggle("bad", name === "alert");
    meta.replaceChildren();
    if (!key) return;
    meta.append(words, icon(name));
    if (message.state === "failed") {
      const retry = el("button", "", { type: "button" }, "Retry");
      const remove = el("button", "", { type: "button" }, "Delete");
      retry.addEventListener("click", () => on.retry(message.id));
      remove.addEventListener("click", () => on.remove(message.id));
      meta.append(retry, remove);
    }
  };

  const notice = ({ owner, name }) =>
    owner === "person" ? `${firstName(name ?? "A person")} joined and has read the chat.`
      : owner === "waiting" ? `${assistant} has asked for a person to join.`
      : `${assistant} is answering again.`;

  const dots = () => el("span", "dots", {}, el("i"), el("i"), el("i"));

  const drawGrowing = (chat) => {
    const words = chat.draft ? readable(chat.draft.text) : "";
    // From the first moment on it is plain that an answer is coming.
    const author = chat.draft ? "assistant" : chat.typing?.who ?? (owes(chat, Date.now()) ? "assistant" : undefined);
    const key = author ? `${author} ${chat.typing?.name} ${Boolean(words)}` : "";
    if (growing.dataset.key !== key) {
      growing.dataset.key = key;
      growing.replaceChildren();
      if (author) {
        const bubble = el("div", "bubble", {}, words ? el("span", "text") : dots());
        if (words) bubble.append(el("i", "caret"));
        growing.append(el("div", "msg last", { "data-author": author },
          el("span", "face", {}, face({ author, name: chat.typing?.name ?? "" })), bubble));
      }
    }
    if (words) growing.querySelector(".text").textContent = words;
  };

  /** Draws the chat as it is. `quiet` keeps screen readers silent: for what was there before. */
  const draw = (chat, { offline, quiet = false }) => {
    const items = timeline(chat);
    log.setAttribute("aria-busy", String(quiet));
    if (quiet) setTimeout(() => log.setAttribute("aria-busy", "false"), 300);
    log.dataset.conversation = chat.conversation ?? "";
    byId("welcome").hidden = items.length > 0;
    // Once the talk has begun, the greeting stays as its first words.
    if (items[0]?.message?.author === "visitor") {
      items.unshift({ message: { author: "assistant", name: assistant, body: greeting, state: "read", at: items[0].message.at } });
    }
    const lastMine = items.findLast(({ message }) => message?.author === "visitor")?.message.id;
    const next = new Map();
    let before;
    const keep = (key, make) => {
      const element = drawn.get(key) ?? make();
      next.set(key, element);
      return element;
    };
    items.forEach(({ message, notice: handover }, i) => {
      const at = (message ?? handover).at;
      if (breaksTime(before, at)) {
        const words = moment(at, Date.now());
        keep(`t${words}`, () => el("div", "time", {}, words));
      }
      before = at;
      if (handover) {
        keep(`n${handover.owner}${handover.name}${handover.at}`, () => el("div", "handover", {}, el("span", "", {}, notice(handover))));
      } else {
        const following = items[i + 1]?.message;
        const endsRun = following?.author !== message.author || following?.name !== message.name;
        refresh(keep(`m${message.id}`, () => makeMessage(message)), message, endsRun, message.id === lastMine, offline);
      }
    });
    for (const [key, element] of drawn) if (!next.has(key)) element.remove();
    let cursor = log.firstChild;
    for (const element of next.values()) {
      if (element === cursor) cursor = cursor.nextSibling;
      else log.insertBefore(element, cursor);
    }
    drawn = next;
    drawGrowing(chat);

    const newest = items.at(-1)?.message;
    const isNew = newest && newest.id !== last;
    const stay = !atBottom && !(isNew && newest.state === "pending");
    if (!stay) toBottom();
    else if (isNew && last && newest.author !== "visitor") pill.hidden = false;
    if (newest) last = newest.id;
  };
  log.replaceChildren();
  return { draw };
}

/** A person's circle with initials; the colour follows from the name. */
export function person(name) {
  const sum = [...name].reduce((total, letter) => total + letter.codePointAt(0), 0);
  return el("span", `person peer-${(sum % 5) + 1}`, { "aria-hidden": "true" }, initials(name));
}

// Files: those that go with the visitor's next message, and those of the thread, which are fetched with the token.
import { byId, el, icon } from "./dom.js";

const LARGEST = 10 * 1024 * 1024;
/** The most files that go with one message. */
const MOST = 10;
/** The largest picture that is shown in the thread, in bytes. */
const SHOWN = 3_000_000;

/** A length in bytes, as people say it. */
export const size = (bytes) => (bytes < 1_000 ? `${bytes} B` : bytes < 1_000_000 ? `${Math.floor(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`);

/** The files of the next message. `upload(file, id, progress)` resolves to what was stored; `changed()` hears of every change. */
export function attachments({ upload, changed }) {
  const list = byId("files");
  const input = byId("file");
  const button = byId("attach");
  let items = [];
  // What was sent from here need not be fetched, and cannot be before its message is stored.
  const own = new Map();

  const update = (item, more) => { Object.assign(item, more); draw(); };
  const send = (item) => {
    const breaking = new AbortController();
    update(item, { state: "sending", percent: 0, breaking });
    upload(item.file, item.id, (percent) => update(item, { percent }), breaking.signal).then(
      (stored) => { own.set(stored.id, item.file); update(item, { state: "ready", stored }); },
      (refused) => items.includes(item) && update(item, { state: "failed", why: refused.kind === "invalid" ? refused.message : "It did not arrive." }),
    );
  };
  const add = (files) => {
    for (const file of files) {
      const item = { id: crypto.randomUUID(), file, name: file.name, state: "failed", why: "" };
      items.push(item);
      if (items.length > MOST) item.why = `A message can have ${MOST} files.`;
      else if (file.size > LARGEST) item.why = "The file is larger than 10 MB.";
      else send(item);
    }
    draw();
  };
  const drop = (item) => {
    items = items.filter((other) => other !== item);
    item.breaking?.abort();
    draw();
    byId("body").focus();
  };
  // Each item keeps its line, so that the keyboard stays where it is.
  const line = (item) => {
    const remove = el("button", "", { type: "button", "aria-label": `Take off ${item.name}` }, icon("x"));
    remove.addEventListener("click", () => drop(item));
    const about = el("span", "about", { role: "status" });
    const row = el("li", "", {}, icon("file"), el("span", "name", { dir: "auto" }, item.name), about, remove);
    return Object.assign(row, { about });
  };
  function draw() {
    for (const item of items) {
      item.row ??= line(item);
      const words = item.state === "failed" ? item.why : item.state === "ready" ? size(item.file.size) : `${item.percent} %`;
      if (item.row.about.textContent !== words) item.row.about.textContent = words;
      item.row.classList.toggle("bad", item.state === "failed");
    }
    const rows = items.map(({ row }) => row);
    for (const row of [...list.children]) if (!rows.includes(row)) row.remove();
    for (const row of rows) if (!row.isConnected) list.append(row);
    list.hidden = items.length === 0;
    changed();
  }

  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => { add(input.files); input.value = ""; });
  byId("composer").addEventListener("paste", (event) => {
    const files = event.clipboardData?.files ?? [];
    if (button.hidden || !files.length) return;
    event.preventDefault();
    add(files);
  });

  return {
    /** Files go to a chat that there is: from the first message on. */
    allow(may) { button.hidden = !may; },
    /** Whether one is on its way, or was refused: then the message waits. */
    holds: () => items.some(({ state }) => state !== "ready"),
    count: () => items.length,
    /** The file itself, if it was sent from this page. */
    own: (id) => own.get(id),
    /** Those that go with the message; from now on there are none. */
    take() {
      const taken = items.map(({ stored }) => stored);
      items = [];
      draw();
      return taken;
    },
  };
}

/** The files of a message as a list; `fetchFile(id)` resolves to a Blob. */
export function attached(files, fetchFile) {
  return el("ul", "attached", {}, ...files.map((file) => {
    const named = `${file.name}, ${size(file.size)}`;
    const open = el("button", "", { type: "button", title: named }, icon("file"), el("span", "name", { dir: "auto" }, file.name), el("span", "about", {}, size(file.size)));
    open.addEventListener("click", () => fetchFile(file.id).then((blob) => {
      const link = el("a", "", { href: URL.createObjectURL(blob), download: file.name });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    }, () => { open.querySelector(".about").textContent = "It is no longer there"; }));
    if (file.kind === "picture" && file.size <= SHOWN) {
      fetchFile(file.id).then((blob) => {
        const picture = el("img", "", { alt: file.name, src: URL.createObjectURL(blob) });
        picture.addEventListener("load", () => URL.revokeObjectURL(picture.src), { once: true });
        open.classList.add("picture");
        open.replaceChildren(picture);
      }, () => {});
    }
    return el("li", "", {}, open);
  }));
}

// The launcher: one button in a shadow root, and a frame with the chat once somebody opens it.
// It makes no request, moves nothing on the page and opens nothing by itself.
import css from "./loader.css";

const script = document.currentScript;
const key = script?.dataset.assistant;

if (key && !window.Spotlight) {
  const origin = new URL(script.src).origin;
  const storageKey = `spotlight:${key}`;
  let frame, button, badge, icon, isOpen = false, unread = 0;

  const make = (name, attributes = {}, namespace = "http://www.w3.org/1999/xhtml") => {
    const element = document.createElementNS(namespace, name);
    for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
    return element;
  };
  const svg = "http://www.w3.org/2000/svg";
  const CHAT = "M2.992 16.342a2 2 0 0 1 .094 1.167l-1.065 3.29a1 1 0 0 0 1.236 1.168l3.413-.998a2 2 0 0 1 1.099.092 10 10 0 1 0-4.777-4.719";
  const DOWN = "m6 9 6 6 6-6";

  const tell = (message) => frame?.contentWindow?.postMessage(message, origin);
  // A browser may refuse storage altogether; then the visitor is new each time.
  const kept = () => { try { return localStorage.getItem(storageKey); } catch { return null; } };
  const keep = (token) => { try { localStorage.setItem(storageKey, token); } catch { /* refused */ } };

  const draw = () => {
    button.setAttribute("aria-expanded", isOpen);
    button.setAttribute("aria-label", isOpen ? "Close chat" : unread ? `Chat with us, ${unread} new ${unread === 1 ? "message" : "messages"}` : "Chat with us");
    icon.setAttribute("d", isOpen ? DOWN : CHAT);
    badge.textContent = isOpen || !unread ? "" : unread > 9 ? "9+" : unread;
    if (frame) frame.hidden = !isOpen;
  };
  const greetFrame = () => {
    tell({ spotlight: "token", token: kept() });
    tell({ spotlight: "page", url: location.href, title: document.title });
    tell({ spotlight: isOpen ? "open" : "closed" });
  };
  const open = () => {
    if (isOpen) return;
    isOpen = true;
    if (!frame) {
      frame = make("iframe", {
        title: "Chat",
        src: `${origin}/w/${encodeURIComponent(key)}?embed=1&parent=${encodeURIComponent(location.origin)}`,
      });
      button.before(frame);
    }
    draw();
    frame.focus();
    greetFrame();
  };
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    draw();
    button.focus();
    tell({ spotlight: "closed" });
  };

  window.addEventListener("message", ({ origin: from, source, data }) => {
    if (!frame || from !== origin || source !== frame.contentWindow) return;
    switch (data?.spotlight) {
      case "ready":
        if (data.name) frame.title = `Chat with ${data.name}`;
        greetFrame();
        break;
      case "token": keep(String(data.token)); break;
      case "unread": unread = Number(data.n) || 0; draw(); break;
      case "close": close(); break;
    }
  });

  const start = () => {
    const host = make("div");
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    button = make("button", { type: "button" });
    const drawing = make("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, svg);
    icon = make("path", {}, svg);
    badge = make("b", { "aria-hidden": "true" });
    drawing.append(icon);
    button.append(drawing, badge);
    button.addEventListener("click", () => (isOpen ? close() : open()));
    root.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
    root.append(button);
    draw();
    document.body.append(host);
  };

  window.Spotlight = { open, close };
  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
}

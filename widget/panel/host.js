// The page around the panel: the loader in its parent, and the little that is stored here.

const query = new URLSearchParams(location.search);
const parentOrigin = query.get("parent");
const framed = window.parent !== window && query.get("embed") === "1" && URL.canParse(parentOrigin ?? "");

/** Whether a loader may be listening. Without one the panel is a page of its own, and always open. */
export const embedded = framed;

/** Sends a message to the loader; the browser withholds it if the parent is not who the address says. */
export const tell = (message) => framed && window.parent.postMessage(message, new URL(parentOrigin).origin);

/** Hears the loader: `hear[message.spotlight](message)`. */
export function listen(hear) {
  if (!framed) return;
  window.addEventListener("message", ({ origin, source, data }) => {
    if (source === window.parent && origin === new URL(parentOrigin).origin) hear[data?.spotlight]?.(data);
  });
}

/**
 * What one visitor keeps in this browser. Names carry the embedding site, so that another site that frames
 * the panel meets a stranger. Where storage is refused, things last as long as the page.
 */
export function drawer(key) {
  const prefix = `spotlight:${key}:${framed ? new URL(parentOrigin).origin : "page"}:`;
  const memory = new Map();
  return {
    get(name) {
      try { return localStorage.getItem(prefix + name) ?? memory.get(name) ?? null; } catch { return memory.get(name) ?? null; }
    },
    set(name, value) {
      if (value) memory.set(name, value); else memory.delete(name);
      try {
        if (value) localStorage.setItem(prefix + name, value); else localStorage.removeItem(prefix + name);
      } catch { /* refused or full: memory has it */ }
    },
  };
}

// The field: grows with its text, keeps it over a reload, counts near the limit, and sends.
import { byId } from "./dom.js";
import { LIMIT, length } from "./text.js";

/** Wires the form. `kept` holds unsent text, `files` go along; `on` hears send(body, files) and typing(). */
export function composer({ kept, files, on }) {
  const form = byId("composer");
  const field = byId("body");
  const button = byId("send");
  const count = byId("count");
  const fine = matchMedia("(pointer: fine)");
  const number = new Intl.NumberFormat("en-GB");
  let closed = false;
  form.noValidate = true;
  field.removeAttribute("maxlength");

  const fit = () => {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, 132)}px`;
    const used = length(field.value.trim());
    count.hidden = used < LIMIT - 400;
    count.textContent = used > LIMIT ? `${number.format(used - LIMIT)} characters too long to send` : `${number.format(used)} of ${number.format(LIMIT)}`;
    count.classList.toggle("bad", used > LIMIT);
    if (used > LIMIT) field.setAttribute("aria-describedby", "count");
    else field.removeAttribute("aria-describedby");
    field.setAttribute("aria-invalid", String(used > LIMIT));
    button.disabled = closed || used > LIMIT || files.holds() || (used === 0 && files.count() === 0);
  };
  const send = () => {
    fit();
    if (button.disabled) return;
    on.send(field.value.trim(), files.take());
    field.value = "";
    kept.set("draft", "");
    fit();
    field.focus();
  };

  if (!field.value) field.value = kept.get("draft") ?? "";
  field.addEventListener("input", () => {
    kept.set("draft", field.value);
    fit();
    if (field.value.trim()) on.typing();
  });
  field.addEventListener("keydown", (event) => {
    // Enter that ends a word of an input method is not meant for us; on touch it is a new line.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229 || !fine.matches) return;
    event.preventDefault();
    send();
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); send(); });
  fit();

  return {
    /** Looks again whether it can be sent. */
    fit,
    /** Puts the caret in the field, but does not raise a phone's keyboard unasked. */
    focus: () => (fine.matches ? field : byId("scroll")).focus(),
    /** Ends writing for good; `why` stands where one would write. */
    close(why) {
      closed = true;
      field.disabled = true;
      field.placeholder = why;
      fit();
    },
  };
}

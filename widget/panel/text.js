// Words and numbers: links, times, the part of a half-written answer that may be shown.

/** The longest message, in characters as the server counts them. */
export const LIMIT = 4000;

/** How many characters a text has; an emoji of one code point counts once. */
export const length = (text) => [...text].length;

/** Cuts a text into pieces `{text, href?}`. Only http and https become links; a closing mark stays outside. */
export function pieces(text) {
  const found = [];
  let from = 0;
  for (const match of text.matchAll(/\bhttps?:\/\/[^\s<>"“”]+/gi)) {
    let address = match[0].replace(/[.,;:!?'’»]+$/, "");
    // A bracket that the sentence opened, not the address, stays outside too.
    while (address.endsWith(")") && address.split(")").length > address.split("(").length) address = address.slice(0, -1);
    if (!URL.canParse(address)) continue;
    if (match.index > from) found.push({ text: text.slice(from, match.index) });
    found.push({ text: address, href: new URL(address).href });
    from = match.index + address.length;
  }
  if (from < text.length) found.push({ text: text.slice(from) });
  return found;
}

/** What of a growing answer may be read: nothing before its first full sentence, then whole words. */
export function readable(text) {
  const ended = /[.!?…]["'”’)]?$/.test(text) || /\s$/.test(text);
  if (!/[.!?…]["'”’)]?(\s|$)|\n/.test(text)) return "";
  return (ended ? text : text.replace(/\S+$/, "")).trimEnd();
}

/** The letters on a person's circle. */
export const initials = (name) => name.split(/\s+/).filter(Boolean).map((word) => [...word][0]).slice(0, 2).join("").toUpperCase();

/** The name people are called by in a sentence. */
export const firstName = (name) => name.split(/\s+/)[0] || name;

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat("en-GB", { weekday: "short" });
const date = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const midnight = (ms) => new Date(ms).setHours(0, 0, 0, 0);

/** "Today 10:44", "Yesterday 18:02", "Thu 09:15", "14 Nov 12:00". */
export function moment(at, now) {
  const days = Math.round((midnight(now) - midnight(at)) / 86_400_000);
  const day = days <= 0 ? "Today" : days === 1 ? "Yesterday" : days < 7 ? weekday.format(at) : date.format(at);
  return `${day} ${clock.format(at)}`;
}

/** Whether a time stands between two messages: the first, a new day, or more than an hour of silence. */
export const breaksTime = (before, at) => before === undefined || at - before > 3_600_000 || midnight(before) !== midnight(at);

/** Milliseconds to wait before try number `n` (from 0): 1, 2, 4, 8, then 15 s, each shortened by up to a quarter. */
export const backoff = (n, random = Math.random()) => Math.min(15_000, 1_000 * 2 ** n) * (1 - random / 4);

// Takes code out of the linked WASM that can never run: node bin/unhydrated.mjs FILE
//
// The program hydrates at once, as a whole. leptos also has every view wait for parts while it hydrates:
// each `AnyView` points to a function for that, so nothing else takes it away. And `wasm-streams`, which leptos'
// server functions can send and receive streams by, exports what a stream made in Rust is read by; ours are called
// without streams, and none is ever made. The bodies of both become one
// `unreachable`, of the same length, and what they pointed to is forgotten: the splitter and wasm-opt then
// drop it and everything that only it reached.
import { readFileSync, writeFileSync } from 'node:fs';

// In either of the ways in which rustc spells the name.
const WAITING = /into_any\d*_?\d*hydrate_async/;
const STREAMS = /^(__wbg_)?intounderlying(source|bytesource|sink)_/;
// Fewer would mean that leptos calls them otherwise now, and that the program grows unseen.
const AT_LEAST = 50;
const CODE = 10;

const [, , file] = process.argv;
const wasm = readFileSync(file);
let at = 8;
const number = () => {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = wasm[at];
    at += 1;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
};
const text = () => {
  const length = number();
  at += length;
  return wasm.toString('utf8', at - length, at);
};

const sections = [];
while (at < wasm.length) {
  const start = at;
  const id = wasm[at];
  at += 1;
  const length = number();
  const end = at + length;
  const body = at;
  const name = id === 0 ? text() : '';
  sections.push({ id, name, start, body, inside: at, end });
  at = end;
}
const section = (name) => sections.find((each) => each.name === name) ?? fail(`has no section ${name}`);
const fail = (why) => {
  throw new Error(`${file} ${why}`);
};

// How many functions come from outside: the numbers of ours begin after them.
let imported = 0;
at = sections.find(({ id }) => id === 2)?.inside ?? fail('imports nothing');
for (let left = number(); left > 0; left -= 1) {
  text();
  text();
  const kind = wasm[at];
  at += 1;
  if (kind === 0) {
    imported += 1;
    number();
  } else if (kind === 3) {
    at += 1;
    number();
  } else {
    if (kind === 1) at += 1;
    const flags = number();
    number();
    if (flags & 1) number();
  }
}

const doomed = new Set();
let waiting = 0;
at = section('name').inside;
while (at < section('name').end) {
  const kind = wasm[at];
  at += 1;
  const end = number() + at;
  if (kind === 1) {
    for (let left = number(); left > 0; left -= 1) {
      const index = number();
      const name = text();
      if (WAITING.test(name)) waiting += 1;
      if (WAITING.test(name) || STREAMS.test(name)) doomed.add(index - imported);
    }
  }
  at = end;
}
if (waiting < AT_LEAST) fail(`has ${waiting} functions that hydrate while waiting, and should have at least ${AT_LEAST}: see bin/unhydrated.mjs`);

// No locals, `unreachable`, as many times `nop` as it takes, `end`.
const code = sections.find(({ id }) => id === CODE);
const emptied = [];
let bytes = 0;
at = code.inside;
for (let index = 0, count = number(); index < count; index += 1) {
  const length = number();
  if (doomed.has(index)) {
    wasm.fill(0x01, at, at + length);
    wasm.set([0x00, 0x00], at);
    wasm[at + length - 1] = 0x0b;
    emptied.push([at - code.body, at - code.body + length]);
    bytes += length;
  }
  at += length;
}

// Where addresses would be written into what is gone now.
const relocations = section('reloc.CODE');
const withAddend = new Set([3, 4, 5, 8, 9, 11, 14, 15, 16, 17, 21, 22, 23]);
at = relocations.inside;
const head = [number(), number()];
const kept = [];
let next = 0;
for (let left = head[1]; left > 0; left -= 1) {
  const start = at;
  const type = number();
  const offset = number();
  number();
  if (withAddend.has(type)) number();
  while (next < emptied.length && emptied[next][1] <= offset) next += 1;
  if (next === emptied.length || offset < emptied[next][0]) kept.push(wasm.subarray(start, at));
}
const leb = (value) => {
  const out = [];
  for (; value > 0x7f; value = Math.floor(value / 128)) out.push((value % 128) | 0x80);
  return Buffer.from([...out, value]);
};
const name = Buffer.from('reloc.CODE');
const rest = Buffer.concat([leb(name.length), name, leb(head[0]), leb(kept.length), ...kept]);
writeFileSync(file, Buffer.concat([wasm.subarray(0, relocations.start), Buffer.from([0]), leb(rest.length), rest, wasm.subarray(relocations.end)]));
console.log(`  ${doomed.size} functions that never run, ${bytes} bytes`);

// Thousands of tabs, of which some hardly read and some do not read at all: do the others wait for them?
import { connect } from 'node:net';
import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { median, memory, moveAddress, pause, quantile, signIn, start, table } from './common.mjs';
import { movable, move } from './moves.mjs';
import { Tab } from './tab.mjs';

const TABS = Number(process.env.TABS ?? 8_900);
const SLOW = Number(process.env.SLOW ?? 1_000); // take a byte a second
const STUCK = Number(process.env.STUCK ?? 100); // take nothing
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const SECONDS = 20;
const EVERY = 500; // ms between moves

const masked = (text) => {
  const mask = randomBytes(4);
  const body = Buffer.from(text).map((byte, at) => byte ^ mask[at % 4]);
  const head = body.length < 126 ? Buffer.from([0x81, 0x80 | body.length]) : Buffer.from([0x81, 0x80 | 126, body.length >> 8, body.length & 255]);
  return Buffer.concat([head, mask, body]);
};

/** A tab that asks as others do and then takes `bytes` a second. */
function hardlyReads({ url, cookie, seq }, bytes) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let left = Infinity;
    const state = { alive: true };
    // One byte in one go, so that what is not taken stays with the system, and then with the server.
    const socket = connect({ host: hostname, port, onread: { buffer: Buffer.alloc(1), callback: () => (left -= 1) > 0 } }, () => {
      socket.write(`GET /live HTTP/1.1\r\nhost: ${hostname}:${port}\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${randomBytes(16).toString('base64')}\r\ncookie: ${cookie}\r\n\r\n`);
      setTimeout(() => socket.write(masked('{"t":"hello","v":1}')), 50);
      setTimeout(() => {
        socket.write(masked(JSON.stringify({ t: 'subscribe', topic: 'board', since: seq })));
        left = 0;
        state.timer = setInterval(() => {
          left = bytes;
          if (bytes) socket.resume();
        }, 1_000);
        resolve({ close: () => (clearInterval(state.timer), socket.destroy()), alive: () => state.alive });
      }, 200);
    });
    socket.on('error', reject);
    socket.on('close', () => (state.alive = false));
  });
}

const { server, database } = await start();
try {
  const cookie = await signIn(server.url);
  const { leads, stages } = await movable(database);
  const subject = { address: () => server.url, cookie, path: moveAddress(), leads, stages };
  let delays = [];
  const asked = new Map();
  const heard = (text) => {
    const at = text.indexOf('"mutation":"');
    const since = at > 0 && asked.get(text.slice(at + 12, at + 48));
    if (since) delays.push(performance.now() - since);
  };
  console.log(`· opening ${TABS} tabs`);
  const tabs = [];
  for (let opened = 0; opened < TABS; opened += 50) {
    const some = Array.from({ length: Math.min(50, TABS - opened) }, () => new Tab({ address: subject.address, cookie, topic: 'board', heard }));
    tabs.push(...some);
    await Promise.all(some.map((tab) => tab.ready));
  }
  const round = async () => {
    delays = [];
    asked.clear();
    await move(subject, SECONDS, EVERY, (mutation, at) => asked.set(mutation, at));
    await pause(1_500);
    const sorted = delays.sort((a, b) => a - b);
    return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), shown: sorted.length };
  };
  await round(); // warms both
  const [without, beside, held] = [[], [], []];
  let ended = 0;
  for (let number = 0; number < ROUNDS; number += 1) {
    console.log(`· round ${number + 1}: without slow tabs`);
    without.push(await round());
    const before = memory(server.process.pid);
    console.log(`· round ${number + 1}: beside ${SLOW} that take a byte a second and ${STUCK} that take nothing`);
    const slow = [];
    for (let opened = 0; opened < SLOW + STUCK; opened += 50) {
      const some = Array.from({ length: Math.min(50, SLOW + STUCK - opened) }, (_, at) => hardlyReads({ url: server.url, cookie, seq: 0 }, opened + at < SLOW ? 1 : 0));
      slow.push(...(await Promise.all(some)));
    }
    beside.push(await round());
    held.push((memory(server.process.pid) - before) / slow.length);
    ended += slow.filter((each) => !each.alive()).length;
    slow.forEach((each) => each.close());
    await pause(2_000);
  }
  const of = (rounds, figure) => median(rounds.map((each) => each[figure]));
  console.log(`\n${TABS} tabs, ${1_000 / EVERY} moves a second, ${ROUNDS} rounds of ${SECONDS} s each, medians.\n`);
  table([
    ['', 'alone', 'beside slow ones', 'ratio'],
    ['move to receipt, median, ms', of(without, 'p50'), of(beside, 'p50'), of(beside, 'p50') / of(without, 'p50')],
    ['move to receipt, p99, ms', of(without, 'p99'), of(beside, 'p99'), of(beside, 'p99') / of(without, 'p99')],
  ]);
  console.log(`\nMemory of the process for each slow tab, KiB: ${median(held).toFixed(1)}. Ended by the server, of ${ROUNDS * (SLOW + STUCK)}: ${ended}.`);
  tabs.forEach((tab) => tab.close());
} finally {
  await server.stop();
}

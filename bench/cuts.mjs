// 1,000 tabs whose connections are cut every quarter of a minute for two seconds, while cards move: is everything shown, once,
// and how soon after a cut?
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { io } from 'socket.io-client';
import { median, moveAddress, pause, quantile, signIn, start, startPeer, table } from './common.mjs';
import { movable, move } from './moves.mjs';
import { Tab } from './tab.mjs';

const TABS = Number(process.env.TABS ?? 1_000);
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const SECONDS = Number(process.env.SECONDS ?? 45);
const EVERY = 100; // ms between moves
const CUT = 2_000; // ms without network
const BETWEEN = 15_000; // ms between two cuts of a tab, a quarter more or less

/** A tab of socket.io, with what `Tab` counts. */
class Peer {
  constructor({ address }) {
    Object.assign(this, { seq: 0, shown: 0, twice: 0, replays: [], afresh: 0 });
    this.ready = new Promise((resolve) => (this.settle = resolve));
    this.socket = io(address(), { transports: ['websocket'], forceNew: true, reconnectionDelay: CUT, reconnectionDelayMax: CUT, randomizationFactor: 0 });
    this.socket.io.on('reconnect_attempt', () => (this.since = performance.now()));
    this.socket.on('connect', () => {
      if (this.since) this.replays.push(performance.now() - this.since);
      if (this.socket.recovered === false && this.since) this.afresh += 1;
      this.settle();
    });
    this.socket.on('event', ({ seq }) => {
      if (seq <= this.seq) return void (this.twice += 1);
      this.seq = seq;
      this.shown += 1;
    });
  }
  sever() {
    // The transport goes without a word, as a network does.
    this.socket.io.engine?.transport?.ws?.terminate?.();
  }
  close() {
    this.socket.close();
  }
}

async function round(subject, Kind) {
  const tabs = [];
  for (let opened = 0; opened < TABS; opened += 50) {
    const some = Array.from({ length: Math.min(50, TABS - opened) }, () => new Kind({ address: subject.address, cookie: subject.cookie, topic: 'board' }));
    tabs.push(...some);
    await Promise.all(some.map((tab) => tab.ready));
  }
  await pause(1_000);
  for (const tab of tabs) Object.assign(tab, { shown: 0, replays: [] });
  const next = () => BETWEEN * (0.75 + Math.random() / 2);
  const timers = new Set();
  let cuts = 0;
  let cutting = true;
  const plan = (tab, wait) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (!cutting) return;
      cuts += 1;
      tab.sever(CUT);
      plan(tab, next());
    }, wait);
    timers.add(timer);
  };
  for (const tab of tabs) plan(tab, Math.random() * BETWEEN);
  const moved = await move(subject, SECONDS, EVERY);
  cutting = false;
  timers.forEach(clearTimeout);
  const due = moved * TABS;
  const total = (figure) => tabs.reduce((sum, tab) => sum + tab[figure], 0);
  for (let waited = 0; total('shown') < due && waited < 100; waited += 1) await pause(100);
  const replays = tabs.flatMap((tab) => tab.replays).sort((a, b) => a - b);
  const result = { delivered: (total('shown') / due) * 100, lost: due - total('shown'), twice: total('twice'), afresh: total('afresh'), cuts, p50: quantile(replays, 0.5), p99: quantile(replays, 0.99) };
  tabs.forEach((tab) => tab.close());
  await pause(500);
  return result;
}

const { server, database } = await start();
let peer;
try {
  const { leads, stages } = await movable(database);
  peer = await startPeer(join(import.meta.dirname, 'peers/socketio.mjs'), database, '/');
  const copy = () => leads.map((lead) => ({ ...lead }));
  const subjects = [
    { name: 'Spotlight OS', kind: Tab, address: () => server.url, cookie: await signIn(server.url), path: moveAddress(), leads: copy(), stages, rounds: [] },
    { name: 'socket.io', kind: Peer, address: () => peer.url, cookie: '', path: '/move', leads: copy(), stages, rounds: [] },
  ];
  for (let number = 0; number < ROUNDS; number += 1) {
    for (const subject of subjects) {
      console.log(`· round ${number + 1}: ${subject.name}`);
      subject.rounds.push(await round(subject, subject.kind));
    }
  }
  const of = (subject, figure) => median(subject.rounds.map((each) => each[figure]));
  const sum = (subject, figure) => subject.rounds.reduce((all, each) => all + each[figure], 0);
  console.log(`\n${TABS} tabs, ${1_000 / EVERY} moves a second, cut every ${BETWEEN / 1_000} s for ${CUT / 1_000} s, ${ROUNDS} rounds of ${SECONDS} s.\n`);
  table([
    ['', ...subjects.map((subject) => subject.name)],
    ['cuts, all rounds', ...subjects.map((subject) => sum(subject, 'cuts'))],
    ['shown, %, the worst round', ...subjects.map((subject) => Math.min(...subject.rounds.map((each) => each.delivered)).toFixed(3))],
    ['never shown, all rounds', ...subjects.map((subject) => sum(subject, 'lost'))],
    ['came twice, all rounds', ...subjects.map((subject) => sum(subject, 'twice'))],
    ['had to begin afresh, all rounds', ...subjects.map((subject) => sum(subject, 'afresh'))],
    ['network back to caught up, median, ms', ...subjects.map((subject) => of(subject, 'p50'))],
    ['network back to caught up, p99, ms', ...subjects.map((subject) => of(subject, 'p99'))],
  ]);
} finally {
  await peer?.stop();
  await server.stop();
}

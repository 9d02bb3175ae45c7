// 1,000 sockets hear every move of a card: how surely, how soon, and what an idle one costs.
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import WebSocket from 'ws';
import { COMPANY, median, memory, moveAddress, pause, quantile, signIn, start, startPeer, table, withDatabase } from './common.mjs';

const SOCKETS = 1_000;
const ROUNDS = 5;
// Long enough that the slowest hundredth is more than one move, which may have met a checkpoint.
const SECONDS = 15;
const EVERY = 100; // ms between moves

/** When each move was asked for, by its mutation, and what became of it. */
const asked = new Map();
let delays = [];

/** One socket of a page with the board open. Settles when it is subscribed. */
function listen(url, cookie) {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(`${url.replace('http', 'ws')}/live`, { headers: { cookie }, perMessageDeflate: false });
    ws.on('open', () => ws.send('{"t":"hello","v":1}'));
    ws.on('error', reject);
    ws.on('message', (data) => {
      const text = data.toString();
      if (text.startsWith('{"t":"event"')) {
        const at = text.indexOf('"mutation":"');
        const since = at > 0 && asked.get(text.slice(at + 12, at + 48));
        if (since) delays.push(performance.now() - since);
      } else if (text.startsWith('{"t":"hello"')) {
        ws.send(JSON.stringify({ t: 'subscribe', topic: 'board', since: JSON.parse(text).seq }));
      } else if (text.startsWith('{"t":"subscribed"')) resolve(ws);
      else if (text.startsWith('{"t":"bye"')) reject(new Error(text));
    });
  });
}

/** Opens all sockets and measures what each costs while nothing happens. */
async function fill(subject) {
  await pause(2_000);
  const before = memory(subject.pid);
  subject.sockets = [];
  for (let opened = 0; opened < SOCKETS; opened += 50) {
    subject.sockets.push(...(await Promise.all(Array.from({ length: 50 }, () => listen(subject.url, subject.cookie)))));
  }
  await pause(2_000);
  subject.idle = (memory(subject.pid) - before) / SOCKETS;
}

/** Moves cards at a steady pace for one round; gives the shares and delays. */
async function round(subject) {
  asked.clear();
  delays = [];
  let refused = 0;
  const moves = [];
  const began = performance.now();
  for (let number = 0; number * EVERY < SECONDS * 1_000; number += 1) {
    await pause(Math.max(0, began + number * EVERY - performance.now()));
    const lead = subject.leads[number % subject.leads.length];
    if (lead.busy) await lead.busy;
    const mutation = randomUUID();
    const to = subject.stages[(subject.stages.indexOf(lead.stage) + 1) % subject.stages.length];
    const moved = { lead: lead.id, from: lead.stage, to, rank: 'V', after: null, version: lead.version, at: Date.now() };
    asked.set(mutation, performance.now());
    lead.busy = fetch(subject.url + subject.move, {
      method: 'POST', headers: { cookie: subject.cookie, 'content-type': 'application/json' }, body: JSON.stringify({ mutation, moved }),
    }).then(async (answer) => {
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
      lead.version = (await answer.json()).version;
      lead.stage = to;
    }).catch((error) => {
      refused += 1;
      console.error(`a move was refused: ${error.message}`);
    });
    moves.push(lead.busy);
  }
  await Promise.all(moves);
  const due = (moves.length - refused) * SOCKETS;
  for (let waited = 0; delays.length < due && waited < 50; waited += 1) await pause(100);
  const sorted = delays.sort((a, b) => a - b);
  return { delivered: (sorted.length / due) * 100, p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
}

const { server, database } = await start();
let peer;
try {
  const { leads, stages } = await withDatabase(database, async (client) => ({
    leads: (await client.query(`select id, stage_id as stage, version from sales.leads where company_id = ${COMPANY} order by id`)).rows,
    stages: (await client.query(`select id from sales.stages where company_id = ${COMPANY} order by position`)).rows.map((row) => row.id),
  }));
  peer = await startPeer(join(import.meta.dirname, 'peers/ws.mjs'), database, '/');
  const spotlight = { name: 'Spotlight OS', url: server.url, pid: server.process.pid, cookie: await signIn(server.url), move: moveAddress(), leads, stages };
  const node = { name: 'Node with ws', url: peer.url, pid: peer.pid, cookie: '', move: '/move', leads: leads.map((lead) => ({ ...lead, version: 1 })), stages };
  const subjects = [spotlight, node];
  // Both have served something before they are weighed.
  for (const subject of subjects) {
    const warm = await Promise.all(Array.from({ length: 20 }, () => listen(subject.url, subject.cookie)));
    for (const socket of warm) socket.terminate();
  }
  for (const subject of subjects) {
    console.log(`· ${subject.name}: opening ${SOCKETS} sockets`);
    await fill(subject);
    subject.rounds = [];
  }
  for (let number = 0; number < ROUNDS; number += 1) {
    for (const subject of subjects) {
      console.log(`· round ${number + 1}: ${subject.name}`);
      subject.rounds.push(await round(subject));
    }
  }
  const of = (subject, figure) => median(subject.rounds.map((each) => each[figure]));
  const rows = [['delivered, %', 'delivered'], ['move to receipt, median, ms', 'p50'], ['move to receipt, p99, ms', 'p99']].map(([what, figure]) =>
    [what, of(spotlight, figure), of(node, figure), of(spotlight, figure) / of(node, figure)]);
  console.log(`\n${SOCKETS} sockets, ${1_000 / EVERY} moves a second, ${ROUNDS} rounds of ${SECONDS} s each, medians. The peer neither asks who moves nor can replay.\n`);
  table([['', spotlight.name, node.name, 'ratio'], ...rows, ['memory of an idle socket, KiB', spotlight.idle, node.idle, spotlight.idle / node.idle]]);
  for (const subject of subjects) for (const socket of subject.sockets) socket.terminate();
} finally {
  await peer?.stop();
  await server.stop();
}

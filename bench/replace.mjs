// A server is replaced under thousands of tabs: the new one starts, the old one is told to stop. Is anything lost, and how soon
// is everybody back?
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, connect } from 'node:net';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { moveAddress, pause, quantile, signIn, start, table } from './common.mjs';
import { movable, move } from './moves.mjs';
import { Tab } from './tab.mjs';

const root = process.env.SPOTLIGHT_ROOT;
const { freePort } = await import(join(root, 'end2end/server.mjs'));
const TABS = Number(process.env.TABS ?? 5_000);
const TIMES = Number(process.env.ROUNDS ?? 3);
const EVERY = 200; // ms between moves

/** A process that serves pages and does no jobs, on the database of another. */
async function web(database, secret) {
  const port = await freePort();
  const of = (user) => `postgres://${user}@localhost/${database.database}?host=${encodeURIComponent(database.host)}`;
  const env = {
    ...process.env, PORT: String(port), HOST: '127.0.0.1', TRUST_PROXY: 'true', SPOTLIGHT_SECRET: secret, RUST_LOG: 'warn',
    DATABASE_URL: of('spotlight_app'), DATABASE_OWNER_URL: of('spotlight_owner'), SPOTLIGHT_SITE: join(root, 'target/site'),
  };
  const child = spawn(join(root, 'target/spotlight'), ['serve', '--role', 'web'], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + 60_000;
  while (!(await fetch(`${url}/readyz`).then((answer) => answer.ok, () => false))) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error('a web process does not start');
    await pause(100);
  }
  return { port, child };
}

const { server, database } = await start();
let present;
let door;
try {
  const secret = 'a secret of the bench, long enough for anybody';
  present = await web(database, secret);
  // What stands before the servers in a house that replaces them: new connections go to the new one.
  door = createServer((from) => {
    const to = connect({ port: present.port, host: '127.0.0.1', noDelay: true });
    from.setNoDelay(true);
    from.pipe(to).pipe(from);
    for (const [one, other] of [[from, to], [to, from]]) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  // Everybody knocks at once: nobody is to be sent away at the door.
  door.listen(await freePort(), '127.0.0.1', 4_096);
  await once(door, 'listening');
  const url = `http://127.0.0.1:${door.address().port}`;
  const cookie = await signIn(url);
  const subject = { address: () => url, cookie, path: moveAddress(), ...(await movable(database)) };
  console.log(`· opening ${TABS} tabs`);
  const tabs = [];
  for (let opened = 0; opened < TABS; opened += 50) {
    const some = Array.from({ length: Math.min(50, TABS - opened) }, () => new Tab({ address: () => url, cookie, topic: 'board' }));
    tabs.push(...some);
    await Promise.all(some.map((tab) => tab.ready));
  }
  for (const tab of tabs) {
    const lost = tab.lost.bind(tab);
    tab.lost = (socket) => {
      if (socket === tab.socket) tab.gone ??= performance.now();
      lost(socket);
    };
  }
  const rows = [['', 'moves', 'shown, %', 'never shown', 'back, median, s', 'back, 99.9 %, s', 'within 3 s, %']];
  for (let number = 0; number < TIMES; number += 1) {
    console.log(`· replacing the server, ${number + 1} of ${TIMES}`);
    const next = await web(database, secret);
    for (const tab of tabs) Object.assign(tab, { shown: 0, gone: null, back: null });
    const moving = move(subject, 15, EVERY);
    await pause(3_000);
    const old = present;
    present = next;
    for (const tab of tabs) tab.replays = [];
    old.child.kill('SIGTERM');
    const watched = (async () => {
      const deadline = Date.now() + 30_000;
      while (Date.now() < deadline && tabs.some((tab) => !tab.back)) {
        const now = performance.now();
        for (const tab of tabs) if (!tab.back && tab.gone && tab.replays.length) tab.back = now;
        await pause(20);
      }
    })();
    const moved = await moving;
    await watched;
    await Promise.race([once(old.child, 'exit'), pause(15_000)]);
    const due = moved * TABS;
    const total = () => tabs.reduce((sum, tab) => sum + tab.shown, 0);
    for (let waited = 0; total() < due && waited < 100; waited += 1) await pause(100);
    const times = tabs.map((tab) => (tab.back && tab.gone ? (tab.back - tab.gone) / 1_000 : Infinity)).sort((a, b) => a - b);
    const soon = times.filter((time) => time <= 3).length;
    rows.push([`replacement ${number + 1}`, moved, (total() / due) * 100, due - total(), quantile(times, 0.5), quantile(times, 0.999), (soon / TABS) * 100]);
  }
  console.log(`\n${TABS} tabs, ${1_000 / EVERY} moves a second; came twice: ${tabs.reduce((sum, tab) => sum + tab.twice, 0)}, had to begin afresh: ${tabs.reduce((sum, tab) => sum + tab.afresh, 0)}.\n`);
  table(rows);
  tabs.forEach((tab) => tab.close());
} finally {
  door?.close();
  present?.child.kill('SIGTERM');
  await server.stop();
}

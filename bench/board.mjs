// The board of 1,000 cards, rendered on the server from Postgres for somebody who is signed in,
// every one in the page: of a longer column it otherwise brings the first 50.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { median, signIn, start, startPeer, table } from './common.mjs';
import { seed } from './seed.mjs';

const CARDS = 1_000;
const ROUNDS = 3;
const SECONDS = 10;
const CONNECTIONS = 25;

const peers = join(import.meta.dirname, 'peers');
console.log('· building SvelteKit');
execFileSync(process.execPath, [join(import.meta.dirname, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error'], {
  cwd: join(peers, 'sveltekit'), stdio: ['ignore', 'ignore', 'inherit'],
});

const { server, database } = await start();
const running = [];
try {
  await seed(database, CARDS);
  const cookie = await signIn(server.url);
  const svelte = await startPeer(join(peers, 'sveltekit/build/index.js'), database, '/');
  running.push(svelte);
  const strings = await startPeer(join(peers, 'strings.mjs'), database, '/');
  running.push(strings);
  const subjects = [
    { name: 'Spotlight OS', url: `${server.url}/board?all=1` },
    { name: 'SvelteKit', url: `${svelte.url}/` },
    { name: 'Node, strings', url: `${strings.url}/` },
  ];
  for (const subject of subjects) {
    const page = await (await fetch(subject.url, { headers: { cookie, 'accept-encoding': 'identity' } })).text();
    const cards = page.split('data-lead="').length - 1;
    if (cards < CARDS) throw new Error(`${subject.name} shows ${cards} of ${CARDS} cards: ${page.slice(0, 300)}`);
    Object.assign(subject, { bytes: Buffer.byteLength(page), rates: [], late: [] });
  }
  for (let number = 0; number < ROUNDS; number += 1) {
    for (const subject of subjects) {
      console.log(`· round ${number + 1}: ${subject.name}`);
      const result = await autocannon({ url: subject.url, connections: CONNECTIONS, duration: SECONDS, timeout: 30, headers: { cookie } });
      if (result.non2xx || result.errors) throw new Error(`${subject.name}: ${result.non2xx} refused, ${result.errors} failed`);
      subject.rates.push(result.requests.total / result.duration);
      subject.late.push(result.latency.p99);
    }
  }
  const [own] = subjects;
  console.log(`\n${CARDS} cards, ${CONNECTIONS} connections, ${ROUNDS} rounds of ${SECONDS} s each, medians, one process each, nothing compressed or cached.`);
  console.log('SvelteKit also brings the cards to life in the browser, as Spotlight OS does; Node joining strings does not and is the limit.\n');
  table([
    ['', 'pages/s', 'ours to it', 'p99, ms', 'bytes a page'],
    ...subjects.map(({ name, rates, late, bytes }) => [name, median(rates), `${(median(own.rates) / median(rates)).toFixed(2)} ×`, median(late), bytes]),
  ]);
} finally {
  for (const peer of running) await peer.stop();
  await server.stop();
}

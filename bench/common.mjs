// What the benches share: the server, a sign-in, processes beside it, medians and the table.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

const root = process.env.SPOTLIGHT_ROOT;
if (!root) {
  console.error('run this by bin/bench');
  process.exit(2);
}
const { Server, freePort } = await import(join(root, 'end2end/server.mjs'));

/** The sign-in of the quiet company of the demo: nobody else changes anything there. */
const EMAIL = 'admin@northwind.test';

/** The release server with demo data of its own and nobody about; `database` are the settings of its Postgres, as its owner. */
export async function start() {
  const server = await Server.start('bench', { quiet: true });
  const database = { host: join(server.data, 'postgres'), port: 5432, user: 'spotlight_owner', database: 'spotlight' };
  return { server, database };
}

/** Does `work` with a connection to the database. */
export async function withDatabase(database, work) {
  const client = new pg.Client(database);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The quiet company's id. */
export const COMPANY = `(select company_id from identity.users where email = '${EMAIL}')`;

/** Signs in and gives the cookie. */
export async function signIn(url) {
  const answer = await fetch(`${url}/sign-in`, {
    method: 'POST', redirect: 'manual', body: new URLSearchParams({ email: EMAIL, password: 'spotlight' }),
  });
  const cookie = answer.headers.getSetCookie().map((each) => each.split(';')[0]).join('; ');
  if (answer.status !== 303 || !cookie) throw new Error(`signing in: ${answer.status}`);
  return cookie;
}

/** The address of a server function carries a hash; the browser's half knows it. */
export function moveAddress() {
  const site = join(root, 'target/site');
  const pkg = readdirSync(site).find((name) => name.startsWith('pkg-'));
  const parts = readdirSync(join(site, pkg)).filter((name) => name.endsWith('.wasm'));
  for (const part of parts) {
    const found = /\/api\/move_lead\d+/.exec(readFileSync(join(site, pkg, part), 'latin1'));
    if (found) return found[0];
  }
  throw new Error('no address of move_lead in the WASM');
}

/** Starts a Node program that listens on PORT, and waits until it answers on `path`. */
export async function startPeer(file, database, path) {
  const port = await freePort();
  const env = {
    ...process.env, NODE_ENV: 'production', PORT: String(port), HOST: '127.0.0.1',
    PGHOST: database.host, PGPORT: String(database.port), PGUSER: database.user, PGDATABASE: database.database,
  };
  const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + 30_000;
  while (!(await fetch(url + path).catch(() => null))) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`${file} does not start`);
    await pause(100);
  }
  const stop = async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGTERM');
    await Promise.race([once(child, 'exit'), pause(3_000).then(() => child.kill('SIGKILL'))]);
  };
  return { url, pid: child.pid, stop };
}

/** Waits. */
export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Memory that a process holds, in KiB. */
export const memory = (pid) => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);

/** The middle one; of an even number the mean of the two. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The value that `part` of the sorted numbers do not exceed. */
export const quantile = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];

/** Prints rows of texts and numbers as a table; the first row is its head. */
export function table(rows) {
  const show = (cell) => (typeof cell === 'number' ? cell.toLocaleString('en-GB', { maximumFractionDigits: cell < 100 ? 2 : 0 }) : cell);
  const texts = rows.map((row) => row.map(show));
  const widths = texts[0].map((_, at) => Math.max(...texts.map((row) => row[at].length)));
  for (const row of texts) console.log(row.map((cell, at) => (at ? cell.padStart(widths[at]) : cell.padEnd(widths[at]))).join('  '));
}

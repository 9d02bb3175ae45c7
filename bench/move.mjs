// Moving leads: the endpoint that a drop calls, 32 people at once, beside pgbench running the same
// statements; and the last page of a long list by REST beside the first.
import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { COMPANY, median, signIn, start, table, withDatabase } from './common.mjs';

const PEOPLE = 32;
const EACH = 30;
const ROUNDS = 3;
const SECONDS = 10;
const LEADS = 120_000;
const PAGE = 10;
const PAGES = 10_000;

const programs = ['/usr/lib/postgresql', '/usr/local/lib/postgresql'].flatMap((folder) => {
  try {
    return readdirSync(folder).map((version) => join(folder, version, 'bin'));
  } catch {
    return [];
  }
});
const env = { ...process.env, PATH: [process.env.PATH, ...programs].join(':') };
const agent = new Agent({ keepAlive: true, maxSockets: PEOPLE });

/** One request on a kept connection; the least that Node can do. */
const send = (url, { method = 'GET', headers = {}, body } = {}) =>
  new Promise((resolve, reject) => {
    const asked = request(url, { method, agent, headers: body ? { ...headers, 'content-length': Buffer.byteLength(body) } : headers }, (answer) => {
      const pieces = [];
      answer.on('data', (piece) => pieces.push(piece));
      answer.on('end', () => resolve({ status: answer.statusCode, text: Buffer.concat(pieces).toString() }));
    });
    asked.on('error', reject);
    asked.end(body);
  });

/** The nth lead's id, so that pgbench can name it too. */
const lead = (number) => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** The statements of `leads::server::service::move_lead`, in its order. */
const script = (company, stages) => {
  const stage = (name) => `(array[${stages.map((id) => `'${id}'`).join(',')}]::uuid[])[:${name}::int]`;
  const id = `('00000000-0000-7000-8000-' || lpad(:number::text, 12, '0'))::uuid`;
  return `\\set number random(1, ${PEOPLE * EACH})
\\set from random(1, ${stages.length})
\\set to random(1, ${stages.length})
begin;
select set_config('app.company_id', '${company}', true);
select id, slug, name, outcome, tone, probability, wip_limit, wip_hard, rot_days from sales.stages where removed_at is null and id in (${stage('from')}, ${stage('to')}) order by id for share;
select stage_id, version, assistant_id, owner_id from sales.leads l where id = ${id} for update;
select rank from sales.leads where stage_id = ${stage('to')} and id <> ${id} and (rank, id) > ('' collate "C", '00000000-0000-0000-0000-000000000000') order by rank, id limit 1;
update sales.leads set stage_id = ${stage('to')}, rank = 'm' || :number, version = version + 1, last_activity_at = greatest(last_activity_at, now()), stage_entered_at = case when stage_id = ${stage('to')} then stage_entered_at else now() end where id = ${id};
with stream as (insert into ops.streams (company_id, seq) values ('${company}', 1) on conflict (company_id) do update set seq = streams.seq + 1 returning seq) insert into ops.events (company_id, seq, at, actor, kind, body, lead_id, owners, staff_only, mutation_id) select '${company}', stream.seq, clock_timestamp(), '{"kind":"person"}', 'lead_moved', jsonb_build_object('kind', 'lead_moved', 'lead', ${id}, 'from', ${stage('from')}, 'to', ${stage('to')}, 'rank', 'm', 'after', null, 'version', 1, 'at', 0), ${id}, '{}', false, gen_random_uuid() from stream returning seq, at;
commit;
`;
};

const { server, database } = await start();
try {
  const { company, stages, key } = await withDatabase(database, async (client) => {
    const { rows: [{ company, owner, stages }] } = await client.query(
      `select c.id as company, (select id from identity.users u where u.company_id = c.id and role = 'admin' limit 1) as owner,
              (select array_agg(id order by position) from sales.stages s where s.company_id = c.id and outcome = 'open' and not wip_hard) as stages
         from identity.companies c where c.id = ${COMPANY}`);
    await client.query(`set session_replication_role = replica`);
    await client.query(`insert into sales.contacts (company_id, id, name, organisation) select $1, ('00000000-0000-7000-9000-' || lpad(n::text, 12, '0'))::uuid, 'Person ' || n, '' from generate_series(1, ${LEADS}) n`, [company]);
    await client.query(
      `insert into sales.leads (company_id, id, contact_id, stage_id, rank, currency)
       select $1, ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, ('00000000-0000-7000-9000-' || lpad(n::text, 12, '0'))::uuid, ($2::uuid[])[1 + n % ${stages.length}], 'n' || lpad(n::text, 7, '0') || 'V', 'GBP'
         from generate_series(1, ${LEADS}) n`, [company, stages]);
    const key = `spk_bench-${randomUUID()}`;
    await client.query(`insert into identity.api_keys (company_id, id, name, key_hash, hint, made_by) values ($1, gen_random_uuid(), 'Bench', $2, 'nch1', $3)`,
      [company, createHash('sha256').update(key).digest(), owner]);
    await client.query('analyze');
    return { company, stages, key };
  });
  const cookie = await signIn(server.url);
  const page = (await send(`${server.url}/board?move=${lead(1)}`, { headers: { cookie } })).text;
  const address = /\/api\/move_lead_to(\d+)/.exec(page);
  if (!address) throw new Error('the board names no form that moves a lead');
  const move = `${server.url}/api/move_lead${address[1]}`;
  const headers = { cookie, 'content-type': 'application/json', accept: 'application/json', origin: server.url, 'sec-fetch-site': 'same-origin' };
  // Each person has leads of their own, and knows where they stand.
  const known = new Map();
  for (let number = 1; number <= PEOPLE * EACH; number += 1) known.set(number, { at: stages[number % stages.length], version: 1 });
  const drags = async (person, until, count) => {
    while (Date.now() < until) {
      const number = 1 + person * EACH + Math.floor(Math.random() * EACH);
      const own = known.get(number);
      const to = stages[Math.floor(Math.random() * stages.length)];
      const moved = { lead: lead(number), from: own.at, to, rank: 'V', after: null, version: own.version, at: Date.now() };
      const { status, text } = await send(move, { method: 'POST', headers, body: JSON.stringify({ mutation: randomUUID(), moved }) });
      if (status !== 200) throw new Error(`a move was answered ${status}: ${text.slice(0, 200)}`);
      const stored = JSON.parse(text);
      known.set(number, { at: stored.to, version: stored.version });
      count();
    }
  };
  const file = join(server.data, 'move.sql');
  writeFileSync(file, script(company, stages));
  const bench = async () => {
    const { stdout } = await promisify(execFile)('pgbench', [
      '-n', '-M', 'prepared', '-c', String(PEOPLE), '-j', '2', '-T', String(SECONDS), '-f', file,
      '-h', database.host, '-p', String(database.port), '-U', 'spotlight_app', database.database,
    ], { env });
    return Number(/tps = ([\d.]+)/.exec(stdout)[1]);
  };
  const [ours, theirs] = [[], []];
  for (let round = 1; round <= ROUNDS; round += 1) {
    console.log(`· round ${round}: Spotlight OS`);
    let done = 0;
    const began = Date.now();
    await Promise.all(Array.from({ length: PEOPLE }, (_, person) => drags(person, began + SECONDS * 1000, () => (done += 1))));
    ours.push((done * 1000) / (Date.now() - began));
    // What pgbench does to the leads is undone, so that the versions fit again.
    await withDatabase(database, (client) => client.query(`create table if not exists public.kept as select company_id, id, stage_id, rank, version from sales.leads where false; truncate public.kept;
      insert into public.kept select company_id, id, stage_id, rank, version from sales.leads where company_id = '${company}' and id < '${lead(PEOPLE * EACH + 1)}'`));
    console.log(`· round ${round}: pgbench`);
    theirs.push(await bench());
    await withDatabase(database, (client) => client.query(`update sales.leads l set stage_id = k.stage_id, rank = k.rank, version = k.version from public.kept k where (k.company_id, k.id) = (l.company_id, l.id)`));
  }

  const list = async (before) => {
    const began = performance.now();
    const { status, text } = await send(`${server.url}/api/v1/leads?limit=${PAGE}${before}`, { headers: { authorization: `Bearer ${key}` } });
    if (status !== 200 || JSON.parse(text).leads.length !== PAGE) throw new Error(`a page was answered ${status}: ${text.slice(0, 200)}`);
    return performance.now() - began;
  };
  const deep = await withDatabase(database, async (client) =>
    (await client.query(`select id from sales.leads where company_id = '${company}' order by id desc offset ${(PAGES - 1) * PAGE - 1} limit 1`)).rows[0].id);
  const [first, last] = [[], []];
  for (let number = 0; number < 100; number += 1) {
    first.push(await list(''));
    last.push(await list(`&before=${deep}`));
  }
  console.log(`\n${PEOPLE} at once, ${LEADS.toLocaleString('en-GB')} leads in the company, ${ROUNDS} rounds of ${SECONDS} s each in turn, medians.\n`);
  table([
    ['', 'moves/s', 'ours to it'],
    ['Spotlight OS', median(ours), '1.00 ×'],
    ['pgbench, same statements', median(theirs), `${(median(ours) / median(theirs)).toFixed(2)} ×`],
  ]);
  console.log('');
  table([
    [`${PAGE} leads by REST`, 'median, ms', 'to the first'],
    ['page 1', median(first), '1.00 ×'],
    [`page ${PAGES.toLocaleString('en-GB')}`, median(last), `${(median(last) / median(first)).toFixed(2)} ×`],
  ]);
} finally {
  agent.destroy();
  await server.stop();
}

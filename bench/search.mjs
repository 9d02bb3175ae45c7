// The search over a million leads and a million messages of 200 companies, for somebody who is
// signed in, beside the same SQL by itself.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { COMPANY, median, quantile, signIn, start, table, withDatabase } from './common.mjs';

const COMPANIES = 200;
const EACH = 5_000; // leads, and messages, of one company
const ROUNDS = 5;
const ASKED = 100; // of each kind in a round

const KINDS = [
  { name: 'a rare word', typed: 'zyrconium' },
  { name: 'a word in 5 % of messages', typed: 'roofing' },
  { name: 'a beginning', typed: 'zyrc' },
  { name: 'a phrase', typed: '"lantern meadow"' },
  { name: 'half a name', typed: 'quentin br' },
  { name: "another company's word", typed: 'elsewhereonly' },
];

/** The address of a server function carries a hash; the browser's half knows it. */
function searchAddress() {
  const site = join(process.env.SPOTLIGHT_ROOT, 'target/site');
  const pkg = readdirSync(site).find((name) => name.startsWith('pkg-'));
  for (const part of readdirSync(join(site, pkg)).filter((name) => name.endsWith('.wasm'))) {
    const found = /\/api\/search\d+/.exec(readFileSync(join(site, pkg, part), 'latin1'));
    if (found) return found[0];
  }
  throw new Error('no address of search in the WASM');
}

/** Fills the database. Foreign keys are not checked row by row: what is made here fits. */
async function fill(client) {
  const step = async (what, sql) => {
    const began = Date.now();
    await client.query(sql);
    console.log(`· ${what} (${((Date.now() - began) / 1000).toFixed(0)} s)`);
  };
  await client.query(`set session_replication_role = replica; set synchronous_commit = off; set maintenance_work_mem = '512MB'`);
  const indexes = (await client.query(`select indexdef, indexrelid::regclass::text as name from pg_indexes join pg_index on indexrelid = (schemaname || '.' || indexname)::regclass
     where indexname in ('contacts_found', 'contacts_alike', 'notes_found', 'messages_found')`)).rows;
  for (const { name } of indexes) await client.query(`drop index ${name}`);
  await client.query(`create temp table company as
     select ${COMPANY} as id, 0 as number union all select gen_random_uuid(), n from generate_series(1, ${COMPANIES - 1}) n`);
  await client.query(`insert into identity.companies (id, name) select id, 'Company ' || number from company where number > 0;
     insert into sales.pipelines (company_id, id, name, position) select id, gen_random_uuid(), 'Sales', 1 from company where number > 0;
     insert into sales.stages (company_id, id, pipeline_id, slug, name, outcome, position, tone, probability)
       select p.company_id, gen_random_uuid(), p.id, 'only', 'Only', 'open', 0, tone, 10
         from sales.pipelines p join company c on c.id = p.company_id, (select tone from sales.stages limit 1) t where number > 0;
     insert into talk.assistants (company_id, id, name, public_key, greeting) select id, gen_random_uuid(), 'Nora', 'bench-' || number, 'Hello' from company where number > 0;
     create temp table place as select c.id as company, c.number, (select s.id from sales.stages s where s.company_id = c.id order by position limit 1) as stage,
       (select a.id from talk.assistants a where a.company_id = c.id limit 1) as assistant from company c`);
  await step('people', `create temp table person as
       select p.company, p.number, p.stage, p.assistant, n, gen_random_uuid() as contact, gen_random_uuid() as lead, gen_random_uuid() as talk
         from place p, generate_series(1, ${EACH}) n;
     insert into sales.contacts (company_id, id, name, organisation)
       select company, contact, (case when n % 500 = 0 then 'Quentin ' else 'Person' || n % 4000 || ' ' end) || (case when n % 1000 = 0 then 'Brook' else 'Surname' || n % 3000 end),
              'Organisation ' || n % 2000 from person`);
  await step('leads', `insert into sales.leads (company_id, id, contact_id, stage_id, rank, currency, assistant_id, last_activity_at)
       select company, lead, contact, stage, lpad(to_hex(n), 6, '0') || 'V', 'GBP', assistant, now() - n * interval '1 minute' from person`);
  await step('messages', `insert into talk.conversations (company_id, id, lead_id, assistant_id, visitor_id) select company, talk, lead, assistant, gen_random_uuid() from person;
     insert into talk.messages (company_id, id, conversation_id, number, author, name, body, at)
       select company, gen_random_uuid(), talk, 1, 'visitor', 'Visitor',
              (select string_agg('word' || abs(hashint4(n * 31 + k * 7 + number)) % 3000, ' ') from generate_series(1, 16) k)
              || case when n % 20 = 0 then ' roofing' else '' end || case when n % 1700 = 0 then ' zyrconium' else '' end
              || case when n % 900 = 0 then ' lantern meadow' else '' end || case when number = 7 and n % 10 = 0 then ' elsewhereonly' else '' end,
              now() - n * interval '1 minute' from person`);
  for (const { indexdef, name } of indexes) await step(name, indexdef);
  await step('statistics', 'analyze');
}

/** How long `work` takes, in milliseconds. */
async function timed(work) {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

const { server, database } = await start();
try {
  await withDatabase(database, fill);
  const cookie = await signIn(server.url);
  const address = server.url + searchAddress();
  const ask = async (typed) => {
    const answer = await fetch(address, { method: 'POST', headers: { cookie, origin: server.url }, body: new URLSearchParams({ typed }) });
    if (!answer.ok) throw new Error(`searching: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  // As the process's own role, in a transaction for the company, like the service.
  const client = new pg.Client({ ...database, user: 'spotlight_app' });
  await client.connect();
  const company = await withDatabase(database, async (owner) => (await owner.query(`select ${COMPANY} as id`)).rows[0].id);
  const raw = async (query, name) => {
    await client.query('begin');
    await client.query(`select set_config('app.company_id', $1, true)`, [company]);
    const { rows } = await client.query(`select * from sales.search(to_tsquery('simple', $1), $2, true, true, null, '{}', 51)`, [query, name]);
    await client.query('commit');
    return rows;
  };
  const asQuery = { '"lantern meadow"': ['lantern <-> meadow', ''], 'quentin br': ['quentin:* & br:*', 'quentin br'] };
  for (const kind of KINDS) {
    const [query, name] = asQuery[kind.typed] ?? [`${kind.typed}:*`, kind.typed];
    Object.assign(kind, { query, asName: name, ours: [], theirs: [], hits: (await ask(kind.typed)).hits.length });
    const rows = new Set((await raw(query, name)).map((row) => row.lead)).size;
    if (Math.min(rows, 50) !== kind.hits) throw new Error(`${kind.name}: ${kind.hits} leads by us, ${rows} by SQL`);
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const kind of KINDS) {
      for (let number = 0; number < ASKED; number += 1) {
        kind.ours.push(await timed(() => ask(kind.typed)));
        kind.theirs.push(await timed(() => raw(kind.query, kind.asName)));
      }
    }
  }
  await client.end();
  console.log(`\n${COMPANIES} companies with ${EACH.toLocaleString('en-GB')} leads and messages each; ${ROUNDS * ASKED} searches of each kind, in turn with the same SQL from Node.\n`);
  table([
    ['', 'leads', 'median, ms', 'p99, ms', 'SQL median', 'SQL p99', 'ours to it'],
    ...KINDS.map(({ name, hits, ours, theirs }) => {
      const sorted = [ours, theirs].map((all) => [...all].sort((a, b) => a - b));
      return [name, hits, median(ours), quantile(sorted[0], 0.99), median(theirs), quantile(sorted[1], 0.99), `${(median(ours) / median(theirs)).toFixed(2)} ×`];
    }),
  ]);
} finally {
  await server.stop();
}

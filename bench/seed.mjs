// Fills the quiet company of the demo up to a number of leads.
import { randomUUID } from 'node:crypto';
import { COMPANY, withDatabase } from './common.mjs';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Ranks in order, four digits each; none ends in 0. */
const rank = (number) => {
  let key = '';
  for (let rest = number, place = 0; place < 3; place += 1, rest = Math.floor(rest / 62)) key = DIGITS[rest % 62] + key;
  return `${key}V`;
};

/** Adds leads until the company has `count`. */
export const seed = (database, count) =>
  withDatabase(database, async (client) => {
    const { rows: [{ company, have, owner, assistant, stages }] } = await client.query(
      `select c.id as company, (select count(*)::int from sales.leads l where l.company_id = c.id) as have,
              (select id from identity.users u where u.company_id = c.id and role = 'sales_rep' limit 1) as owner,
              (select id from talk.assistants a where a.company_id = c.id limit 1) as assistant,
              (select array_agg(id order by position) from sales.stages s where s.company_id = c.id) as stages
         from identity.companies c where c.id = ${COMPANY}`);
    const contacts = [];
    const leads = [];
    for (let number = have; number < count; number += 1) {
      const contact = randomUUID();
      contacts.push({ company_id: company, id: contact, name: `Person ${number} Surname`, organisation: `Organisation ${number} & Sons` });
      leads.push({
        company_id: company, id: randomUUID(), contact_id: contact, stage_id: stages[number % stages.length], rank: rank(number), currency: 'GBP',
        value_minor: (number * 13_700) % 30_000_000, score: number % 101, sentiment: ['positive', 'neutral', 'negative'][number % 3],
        assistant_id: assistant, owner_id: owner,
        last_message: `This is what was said last in the talk with lead ${number}, about as long as such lines are.`,
      });
    }
    const columns = (row) => Object.keys(row).join(', ');
    for (const [table, rows] of [['sales.contacts', contacts], ['sales.leads', leads]]) {
      await client.query(`insert into ${table} (${columns(rows[0])}) select ${columns(rows[0])} from jsonb_populate_recordset(null::${table}, $1)`, [JSON.stringify(rows)]);
    }
    await client.query('analyze');
  });

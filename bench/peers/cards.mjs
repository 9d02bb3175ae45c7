// What both peers of the board ask of Postgres: who is signed in, then every card of their company.
import { createHash } from 'node:crypto';
import pg from 'pg';

const pool = new pg.Pool({ max: 10 });

/** The board of whoever holds this session token. */
export async function load(token) {
  const hash = createHash('sha256').update(token).digest();
  const { rows: [me] } = await pool.query('select company_id, name from identity.session_by_token($1)', [hash]);
  if (!me) return null;
  const [stages, cards] = await Promise.all([
    pool.query('select id, slug, name from sales.stages where company_id = $1 order by position', [me.company_id]),
    pool.query(
      `select l.id, c.name, c.organisation, l.stage_id as stage, l.rank, l.value_minor::float8 as value, l.score, l.sentiment,
              u.name as owner, l.last_message, l.last_activity_at, l.version
         from sales.leads l
         join sales.contacts c on (c.company_id, c.id) = (l.company_id, l.contact_id)
         left join identity.users u on (u.company_id, u.id) = (l.company_id, l.owner_id)
        where l.company_id = $1 order by l.rank, l.id`, [me.company_id]),
  ]);
  return {
    me: me.name,
    stages: stages.rows.map((stage) => ({ ...stage, cards: cards.rows.filter((card) => card.stage === stage.id) })),
  };
}

/** The session token in a request's cookies. */
export const tokenOf = (cookies) => /(?:^|; )spotlight=([^;]+)/.exec(cookies ?? '')?.[1] ?? '';

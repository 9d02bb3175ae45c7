// Cards that are moved at a steady pace, each by a request of its own.
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { COMPANY, pause, withDatabase } from './common.mjs';

/** The quiet company's leads and stages, as moving them needs them. */
export async function movable(database) {
  return withDatabase(database, async (client) => ({
    leads: (await client.query(`select id, stage_id as stage, version from sales.leads where company_id = ${COMPANY} order by id`)).rows,
    stages: (await client.query(`select id from sales.stages where company_id = ${COMPANY} order by position`)).rows.map((row) => row.id),
  }));
}

/**
 * Moves cards of `subject` for so many seconds, one every so many milliseconds. `asking(mutation, at)` hears of each before
 * it is asked. Gives how many were moved.
 */
export async function move(subject, seconds, every, asking = () => {}) {
  let refused = 0;
  const moves = [];
  const began = performance.now();
  for (let number = 0; number * every < seconds * 1_000; number += 1) {
    await pause(Math.max(0, began + number * every - performance.now()));
    const lead = subject.leads[number % subject.leads.length];
    if (lead.busy) await lead.busy;
    const mutation = randomUUID();
    const to = subject.stages[(subject.stages.indexOf(lead.stage) + 1) % subject.stages.length];
    const moved = { lead: lead.id, from: lead.stage, to, rank: 'V', after: null, version: lead.version, at: Date.now() };
    asking(mutation, performance.now());
    const ask = () => fetch(subject.address() + subject.path, {
      method: 'POST', headers: { cookie: subject.cookie, 'content-type': 'application/json' }, body: JSON.stringify({ mutation, moved }),
    });
    // Where a server is being replaced the same move is asked for again: it is one, by its mutation.
    const asked = async (tries) => {
      const answer = await ask().catch(() => null);
      if ((!answer || answer.status === 503) && tries > 0) {
        await pause(200);
        return asked(tries - 1);
      }
      if (!answer?.ok) throw new Error(answer ? `${answer.status} ${await answer.text()}` : 'no answer');
      return answer;
    };
    lead.busy = asked(40).then(async (answer) => {
      lead.version = (await answer.json()).version;
      lead.stage = to;
    }).catch((error) => {
      refused += 1;
      console.error(`a move was refused: ${error.message}`);
    });
    moves.push(lead.busy);
  }
  await Promise.all(moves);
  return moves.length - refused;
}

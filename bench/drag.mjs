// A card is dragged over a board of 5,000 while twenty others move every second, in a Chromium that is
// slowed down fourfold; a second browser with the same board says when the drop was to be seen there. What this
// machine can do at all says a page of plain boxes, of which one follows the pointer and nothing else happens.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { COMPANY, moveAddress, pause, quantile, signIn, start, startPeer, table, withDatabase } from './common.mjs';
import { seed } from './seed.mjs';

const { chromium } = createRequire(join(process.env.SPOTLIGHT_ROOT, 'package.json'))('playwright-core');

const CARDS = 5_000;
const COLUMNS = 8;
const SLOWER = 4;
const ROUNDS = 3;
const SECONDS = 20;
const MOVES = 20; // a second
const STEPS = 70; // of a drag, one a frame

/** Runs in both pages before anything else: when frames began, what took long, when which card came to where. */
const recorder = () => {
  const record = { frames: [], tasks: [], drops: [], came: [] };
  window.recorded = record;
  const clock = () => performance.timeOrigin + performance.now();
  let last;
  const frame = (at) => {
    if (last !== undefined) record.frames.push(at - last);
    last = at;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  new PerformanceObserver((list) => record.tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ entryTypes: ['longtask'] });
  addEventListener('pointerup', () => record.drops.push(clock()), true);
  new MutationObserver((changes) => {
    const came = changes.flatMap(({ addedNodes }) => [...addedNodes].map((node) => node.dataset?.lead).filter(Boolean));
    if (!came.length) return;
    // After the frame that shows it has been made.
    requestAnimationFrame(() => setTimeout(() => record.came.push(...came.map((lead) => [lead, clock()])), 0));
  }).observe(document, { childList: true, subtree: true });
};

/** The page that does next to nothing. */
const PLAIN = `<!doctype html><style>
  body { margin: 0; display: flex; gap: 10px; font: 14px sans-serif } [data-column] { width: 165px } article { height: 110px; margin: 8px; border: 1px solid #ccc }
  .held { position: fixed; left: 0; top: 0; width: 165px; margin: 0; background: #fff; will-change: translate; pointer-events: none }
</style>${`<div data-column>${'<article>A card</article>'.repeat(16)}</div>`.repeat(COLUMNS)}<script>
  document.querySelectorAll('article').forEach((card, number) => { card.dataset.lead = number });
  let held;
  addEventListener('pointerdown', ({ target }) => { held = document.body.appendChild(target.closest('article').cloneNode(true)); held.className = 'held'; });
  addEventListener('pointermove', ({ clientX, clientY }) => { if (held) held.style.translate = clientX + 'px ' + clientY + 'px'; });
  addEventListener('pointerup', () => { held.remove(); held = undefined; });
</script>`;

/** A page with the board, slowed down. */
async function look(subject, browser) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const [name, value] = subject.cookie.split('=');
  await context.addCookies([{ name, value, url: subject.url }]);
  await context.addInitScript(recorder);
  if (subject.page) await context.route(`${subject.url}/**`, (route) => route.fulfill({ contentType: 'text/html', body: subject.page }));
  const page = await context.newPage();
  await page.goto(subject.url + subject.path);
  await page.waitForFunction((columns) => document.querySelectorAll('[data-column] [data-lead]').length >= columns * 15, COLUMNS);
  if (!subject.page) await page.waitForFunction(() => document.querySelector('html[data-live=connected]') || document.getElementById('root'));
  await pause(3_000);
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  return { page, context };
}

/** Where the list of each column lies, and a card in that one that nobody else moves. */
const grip = (page, column, others) =>
  page.evaluate(([column, others]) => {
    const lists = [...document.querySelectorAll('[data-column]')];
    const boxes = lists.map((list) => list.getBoundingClientRect().toJSON());
    const cards = [...lists[column].querySelectorAll('[data-lead]')].map((card) => [card.dataset.lead, card.getBoundingClientRect()]);
    const inside = cards.filter(([lead, box]) => !others.includes(lead) && box.top > boxes[column].top && box.bottom < boxes[column].bottom);
    const [lead, box] = inside[Math.floor(inside.length / 2)] ?? [];
    return lead && { lead, at: [box.left + 90, box.top + 14], boxes };
  }, [column, others]);

/** One round: drags in one browser, moves by others, arrivals in the other browser. */
async function round(subject, browsers, random) {
  let over = false;
  const [own, other] = [await look(subject, browsers[0]), await look(subject, browsers[1])];
  try {
    const moving = subject.moving();
    for (const { page } of [own, other]) await page.evaluate(() => Object.values(window.recorded).forEach((list) => list.splice(0)));
    const remote = (async () => {
      const began = performance.now();
      const sent = [];
      for (let number = 0; !over; number += 1) {
        await pause(Math.max(0, began + (number * 1_000) / MOVES - performance.now()));
        // One that fails after the round is over has nobody to tell.
        sent.push(subject.moveOne(moving, random).catch((error) => { if (!over) throw error; }));
      }
      await Promise.all(sent);
    })();
    const until = performance.now() + SECONDS * 1_000;
    const dragged = [];
    for (let number = 0; performance.now() < until; number += 1) {
      const from = number % (COLUMNS - 2);
      const held = await grip(own.page, from, moving.map(({ id }) => id));
      if (!held) throw new Error(`${subject.name}: no card in column ${from} to take`);
      const box = held.boxes[(from + 1 + (number % 3)) % (COLUMNS - 2)];
      const [x, y] = held.at;
      const [toX, toY] = [box.left + box.width / 2, box.top + 150 + random() * (box.height - 350)];
      await own.page.mouse.move(x, y);
      await own.page.mouse.down();
      const steps = [];
      for (let step = 1; step <= STEPS; step += 1) {
        const part = step / STEPS;
        const wave = Math.sin(part * Math.PI * 3) * 80 * (1 - part);
        // A hand does not wait for a page that lags behind.
        steps.push(own.page.mouse.move(x + (toX - x) * part, y + (toY - y) * part + wave));
        await pause(16);
      }
      await Promise.all(steps);
      await own.page.mouse.up();
      dragged.push(held.lead);
      await pause(600);
    }
    over = true;
    await remote;
    await pause(1_000);
    const [here, there] = await Promise.all([own, other].map(({ page }) => page.evaluate(() => window.recorded)));
    const late = dragged.map((lead, number) => there.came.find(([came, at]) => came === lead && at > here.drops[number])?.[1] - here.drops[number]);
    return { frames: here.frames, tasks: here.tasks, late: late.filter((each) => !Number.isNaN(each)), drags: dragged.length };
  } finally {
    over = true;
    await own.context.close();
    await other.context.close();
  }
}

/** The same numbers in the same order for everyone. */
const dice = (seed) => () => {
  seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32;
  return seed / 2 ** 32;
};

const peers = join(import.meta.dirname, 'peers/react');
console.log('· building the React board');
execFileSync(process.execPath, [join(import.meta.dirname, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error', '--target', 'esnext'], {
  cwd: peers, stdio: ['ignore', 'ignore', 'inherit'],
});

const { server, database } = await start();
const browsers = [];
let peer;
try {
  await withDatabase(database, (client) => client.query(
    `insert into sales.stages (company_id, id, pipeline_id, slug, name, position, outcome, tone, probability)
     select ${COMPANY}, gen_random_uuid(), (select id from sales.pipelines where company_id = ${COMPANY} limit 1), 'more-' || n, 'More ' || n, 100 + n, 'open', 'blue', 10
       from generate_series(1, ${COLUMNS} - (select count(*)::int from sales.stages where company_id = ${COMPANY})) n`));
  await seed(database, CARDS);
  const cookie = await signIn(server.url);
  const style = join(process.env.SPOTLIGHT_ROOT, 'target/site');
  const pkg = readdirSync(style).find((name) => name.startsWith('pkg-'));
  process.env.STYLE = join(style, pkg, readdirSync(join(style, pkg)).find((name) => name.endsWith('.css')));
  peer = await startPeer(join(peers, 'server.mjs'), database, '/style.css');
  /** Leads that others move: of each column every second of those on top. */
  const pool = () => withDatabase(database, async (client) => (await client.query(
    `select id, stage, rank, version from (select id, stage_id as stage, rank, version, row_number() over (partition by stage_id order by rank, id) n
       from sales.leads where company_id = ${COMPANY}) l where n <= 40 and n % 2 = 0`)).rows);
  const places = await pool();
  const stages = [...new Set(places.map(({ stage }) => stage))];
  const choose = (moving, random) => {
    const lead = moving[Math.floor(random() * moving.length)];
    const to = stages[Math.floor(random() * stages.length)];
    const beside = places.filter(({ stage }) => stage === to);
    return { lead, to, after: beside[Math.floor(random() * beside.length)] };
  };
  const move = server.url + moveAddress();
  const subjects = [
    {
      name: 'Spotlight OS', url: server.url, path: '/board', cookie, moving: () => moving,
      async moveOne(moving, random) {
        const { lead, to, after } = choose(moving, random);
        if (lead.busy) return;
        lead.busy = true;
        const moved = { lead: lead.id, from: lead.stage, to, rank: `${after.rank}V`, after: after.id === lead.id ? null : after.id, version: lead.version, at: Date.now() };
        const answer = await fetch(move, {
          method: 'POST', headers: { cookie, 'content-type': 'application/json' }, body: JSON.stringify({ mutation: randomUUID(), moved }),
        });
        if (!answer.ok) throw new Error(`a move was answered ${answer.status}: ${await answer.text()}`);
        Object.assign(lead, { busy: false, stage: to, version: (await answer.json()).version });
      },
    },
    {
      name: 'React, dnd-kit', url: peer.url, path: '/', cookie, moving: () => places.map((place) => ({ ...place })),
      async moveOne(moving, random) {
        const { lead, to, after } = choose(moving, random);
        const moved = { lead: lead.id, to, rank: `${after.rank}${Math.floor(random() * 1e6)}V`, at: Date.now() };
        await fetch(`${peer.url}/move`, { method: 'POST', body: JSON.stringify(moved) });
      },
    },
    { name: 'Plain boxes, the limit', url: 'http://plain.test', path: '/', cookie, page: PLAIN, moving: () => [], async moveOne() {} },
  ];
  const moving = places.map((place) => ({ ...place }));
  for (let number = 0; number < 2; number += 1) browsers.push(await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] }));
  for (const subject of subjects) subject.rounds = [];
  for (let number = 0; number < ROUNDS; number += 1) {
    for (const subject of subjects) {
      console.log(`· round ${number + 1}: ${subject.name}`);
      subject.rounds.push(await round(subject, browsers, dice(7 + number)));
    }
  }
  const sorted = (subject, what) => subject.rounds.flatMap((round) => round[what]).sort((a, b) => a - b);
  const figures = subjects.map((subject) => {
    const [frames, tasks, late] = ['frames', 'tasks', 'late'].map((what) => sorted(subject, what));
    const slow = (frames.filter((frame) => frame > 17).length / frames.length) * 100;
    const drags = subject.rounds.reduce((sum, round) => sum + round.drags, 0);
    return {
      frame: quantile(frames, 0.99),
      row: [
        subject.name, quantile(frames, 0.5), quantile(frames, 0.99), slow, tasks.length, tasks.at(-1) ?? 0,
        ...(subject.page ? ['–', '–', '–', '–'] : [drags, late.length, quantile(late, 0.5), quantile(late, 0.99)]),
      ],
    };
  });
  console.log(`\n${CARDS.toLocaleString('en-GB')} cards in ${COLUMNS} columns, ${SLOWER}× slower, ${MOVES} moves by others a second, ${ROUNDS} rounds of ${SECONDS} s each in turn.\n`);
  table([
    ['', 'frame p50, ms', 'p99', 'over 17 ms, %', 'tasks over 50 ms', 'longest', 'drops', 'seen elsewhere', 'after p50, ms', 'p99'],
    ...figures.map(({ row }) => row),
  ]);
  const times = (one, other) => (one / other).toFixed(2);
  console.log(`\nFrames, p99: ${times(figures[1].frame, figures[0].frame)} × better than the peer, ${times(figures[0].frame, figures[2].frame)} × the limit.`);
} finally {
  for (const browser of browsers) await browser.close();
  await peer?.stop();
  await server.stop();
}

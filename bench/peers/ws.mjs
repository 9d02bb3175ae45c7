// The least that a live board can be in Node: a POST writes to Postgres, then every socket is told.
// Its frames are as long as Spotlight's. It signs nobody in and can replay nothing.
import { createServer } from 'node:http';
import pg from 'pg';
import { WebSocketServer } from 'ws';

const pool = new pg.Pool({ max: 24 });
await pool.query(`create schema if not exists peer;
  create table if not exists peer.leads (id uuid primary key, stage uuid not null, rank text not null, version integer not null);
  create table if not exists peer.events (seq bigserial primary key, at timestamptz not null default now(), mutation uuid, body jsonb not null)`);

const server = createServer(async (request, response) => {
  if (request.method !== 'POST') return response.end('here\n');
  try {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { mutation, moved } = JSON.parse(Buffer.concat(chunks).toString());
    const client = await pool.connect();
    let frame;
    try {
      await client.query('begin');
      const { rows: [lead] } = await client.query(
        `insert into peer.leads values ($1, $2, $3, 2)
         on conflict (id) do update set stage = $2, rank = $3, version = peer.leads.version + 1 returning version`,
        [moved.lead, moved.to, moved.rank]);
      moved.version = lead.version;
      moved.at = Date.now();
      const event = { kind: 'lead_moved', ...moved };
      const { rows: [{ seq }] } = await client.query('insert into peer.events (mutation, body) values ($1, $2) returning seq', [mutation, event]);
      await client.query('commit');
      const actor = { kind: 'person', id: moved.lead, name: 'Astrid Holm' };
      frame = JSON.stringify({ t: 'event', topics: ['board'], seq: Number(seq), at: moved.at, actor, mutation, event });
    } catch (error) {
      await client.query('rollback');
      throw error;
    } finally {
      client.release();
    }
    for (const socket of sockets.clients) socket.send(frame);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(moved));
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error));
  }
});

const sockets = new WebSocketServer({ server, path: '/live', perMessageDeflate: false });
sockets.on('connection', (socket) => {
  socket.on('message', (data) => {
    const frame = JSON.parse(data.toString());
    if (frame.t === 'hello') socket.send('{"t":"hello","v":1,"seq":0}');
    if (frame.t === 'subscribe') socket.send(`{"t":"subscribed","topic":"${frame.topic}","seq":0}`);
  });
});
server.listen(Number(process.env.PORT), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));

// A live board with socket.io: a POST writes to Postgres, then everybody is told. With its connection state recovery, which
// sends what a client missed within two minutes from the memory of this process.
import { createServer } from 'node:http';
import pg from 'pg';
import { Server } from 'socket.io';

const pool = new pg.Pool({ max: 24 });
await pool.query(`create schema if not exists peer;
  create table if not exists peer.told (seq bigserial primary key, at timestamptz not null default now(), mutation uuid, body jsonb not null)`);

const server = createServer(async (request, response) => {
  if (request.method !== 'POST') return response.end('here\n');
  try {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { mutation, moved } = JSON.parse(Buffer.concat(chunks).toString());
    const event = { kind: 'lead_moved', ...moved, version: moved.version + 1, at: Date.now() };
    const { rows: [{ seq }] } = await pool.query('insert into peer.told (mutation, body) values ($1, $2) returning seq', [mutation, event]);
    io.emit('event', { seq: Number(seq), at: event.at, actor: { kind: 'person', id: moved.lead, name: 'Astrid Holm' }, mutation, event });
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(event));
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error));
  }
});
const io = new Server(server, { transports: ['websocket'], connectionStateRecovery: { maxDisconnectionDuration: 120_000 } });
server.listen(Number(process.env.PORT), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));

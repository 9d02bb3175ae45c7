// Serves the React board: the cards as Postgres has them, moves in memory, every socket told.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { WebSocketServer } from 'ws';
import { load, tokenOf } from '../cards.mjs';

const dist = join(import.meta.dirname, 'dist');
const types = { '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html; charset=utf-8' };

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://here');
  try {
    if (request.method === 'POST') {
      const pieces = [];
      for await (const piece of request) pieces.push(piece);
      const moved = Buffer.concat(pieces).toString();
      for (const socket of sockets.clients) socket.send(moved);
      response.end('{}');
    } else if (pathname === '/board.json') {
      const board = await load(tokenOf(request.headers.cookie));
      for (const stage of board?.stages ?? []) for (const card of stage.cards) card.last_activity_at = card.last_activity_at.getTime();
      response.statusCode = board ? 200 : 401;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(board));
    } else {
      const file = pathname === '/style.css' ? process.env.STYLE : join(dist, pathname === '/' ? 'index.html' : pathname);
      response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream');
      response.end(readFileSync(file));
    }
  } catch (error) {
    response.statusCode = error.code === 'ENOENT' ? 404 : 500;
    response.end(String(error));
  }
});
const sockets = new WebSocketServer({ server, path: '/live', perMessageDeflate: false });
server.keepAliveTimeout = 60_000;
server.listen(Number(process.env.PORT), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));

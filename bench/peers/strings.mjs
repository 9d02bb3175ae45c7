// The limit: the same board by Node joining strings, with nothing to bring it to life in the browser.
import { createServer } from 'node:http';
import { load, tokenOf } from './cards.mjs';

const escaped = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const esc = (text) => String(text ?? '').replace(/[&<>"]/g, (c) => escaped[c]);

const card = (lead, stages) => `<article class="lead" tabindex="0" role="listitem" data-lead="${lead.id}" data-version="${lead.version}"
aria-label="${esc(lead.name)}, ${esc(lead.organisation)}"><a href="/leads/${lead.id}">${esc(lead.name)}</a><span>${esc(lead.organisation)}</span>
<svg width="30" height="30" role="img" aria-label="Score ${lead.score} of 100"><circle cx="15" cy="15" r="13.25"/><circle cx="15" cy="15" r="13.25" stroke-dasharray="${lead.score} 100"/></svg>
<p>${esc(lead.last_message)}</p><span>${lead.sentiment}</span><time>${lead.last_activity_at.toISOString()}</time><span>£${(lead.value / 100).toLocaleString('en-GB')}</span>
<details><summary aria-label="Move ${esc(lead.name)}">…</summary><form method="post" action="/move"><input type="hidden" name="lead" value="${lead.id}"><input type="hidden" name="version" value="${lead.version}">
${stages.map((stage) => `<button name="stage" value="${stage.id}">${esc(stage.name)}</button>`).join('')}</form></details><span>${esc(lead.owner)}</span></article>`;

createServer(async (request, response) => {
  try {
    const board = await load(tokenOf(request.headers.cookie));
    if (!board) {
      response.statusCode = 401;
      return response.end();
    }
    const columns = board.stages.map((stage) =>
      `<section data-stage="${stage.slug}"><h2>${esc(stage.name)} ${stage.cards.length}</h2>${stage.cards.map((lead) => card(lead, board.stages)).join('')}</section>`);
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><html lang="en-GB"><head><title>Lead board</title></head><body><main><h1>Lead board</h1>${columns.join('')}</main></body></html>`);
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error));
  }
}).listen(Number(process.env.PORT), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));
